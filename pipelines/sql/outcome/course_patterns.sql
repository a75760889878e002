-- In which windows a course was due on a scale, and in which of them it has a score that counts in trajectories.
-- Grain: course_key, scale
-- Units: due_bits and observed_bits have the bit of each such window set, the first window's being the lowest
-- Assumption: due are windows that are observed or missed; one that is pending, or has no place in time for want of an
-- infusion, is not due. Windows for sensitivity stand outside. A score that serves two windows counts in the later; in
-- the earlier the course was due and has none.
select
    outcomes.course_key,
    outcomes.scale,
    coalesce(
        bit_or(1::bigint << enum_code(outcomes.window_name)) filter (where outcomes.follow_up in ('observed', 'missed')), 0
    ) as due_bits,
    coalesce(
        bit_or(1::bigint << enum_code(outcomes.window_name))
        filter (where outcomes.follow_up = 'observed' and outcomes.is_in_trajectory),
        0
    ) as observed_bits
from outcome.window_outcomes as outcomes
inner join ref.windows as windows on outcomes.window_name = windows.window_name
where not windows.is_for_sensitivity
group by outcomes.course_key, outcomes.scale
