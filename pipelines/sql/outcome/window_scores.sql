-- The score that stands for a window: the one nearest to its target, the earlier on a tie, never the best.
-- Grain: baseline_key, window_name
-- Units: scores in the scale's units; moment as in outcome.assessments
-- Assumption: a score at the anchor's minute precedes it unless labelled otherwise. While induction may go on, no score
-- stands for a window after it. A score may serve two windows;
-- is_in_trajectory counts it once, in the later of them; a window for sensitivity stands outside that order.
with
anchored as (
    select
        scores.baseline_key,
        scores.minute,
        scores.moment,
        scores.score,
        windows.window_name,
        windows.from_minute,
        windows.to_minute,
        windows.is_for_sensitivity,
        case windows.anchor when 'first_infusion' then 0 else inductions.induction_anchor_minute end as anchor_minute,
        windows.anchor = 'first_infusion' or inductions.is_induction_closed as is_anchor_final,
        case when windows.before_infusion = 2 then inductions.second_infusion_minute end as closing_infusion_minute,
        scores.minute - anchor_minute - windows.target_minute as minutes_past_target,
        4 * (2 * abs(minutes_past_target) + case when minutes_past_target > 0 then 1 else 0 end)
        + case scores.timing when 'before' then 1 when 'during' then 2 when 'after' then 3 else 0 end as distance
    from outcome.follow_up_scores as scores
    inner join outcome.inductions as inductions on scores.course_key = inductions.course_key
    cross join ref.windows as windows
),

nearest as (
    select
        baseline_key,
        window_name,
        any_value(is_for_sensitivity) as is_for_sensitivity,
        arg_min(score, distance) as score,
        arg_min(moment, distance) as moment
    from anchored
    where
        is_anchor_final
        and minute >= anchor_minute + from_minute
        and minute <= anchor_minute + to_minute
        and moment > 2 * anchor_minute
        and (closing_infusion_minute is null or moment <= 2 * closing_infusion_minute)
    group by baseline_key, window_name
)

-- The names of windows sort in the order of the definitions, which is that of time.
select
    baseline_key,
    window_name,
    score,
    moment,
    (
        is_for_sensitivity
        or window_name = max(window_name) over (partition by baseline_key, moment, is_for_sensitivity)
    ) as is_in_trajectory
from nearest
