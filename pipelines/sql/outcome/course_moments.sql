-- Every pair of steps, the baseline and windows, at which a course has scores that count in trajectories.
-- Grain: course_key, scale, first_step, second_step
-- Units: score in the scale's units, score_product in their square; change_fraction in parts of the baseline
-- Assumption: the two steps stand in the order of time and may be the same, which alone has the score itself; windows
-- for sensitivity stand outside. Fractions have values after the baseline, where the scale is in points with a true zero.
with
steps as (
    select
        course_key,
        scale,
        'baseline' as step,
        -1 as position,
        baseline_score as score,
        null as change_fraction
    from outcome.baselines
    union all
    select
        outcomes.course_key,
        outcomes.scale,
        cast(outcomes.window_name as varchar) as step,
        enum_code(outcomes.window_name) as position,
        outcomes.score,
        changes.change_fraction
    from outcome.window_outcomes as outcomes
    inner join ref.windows as windows on outcomes.window_name = windows.window_name
    inner join outcome.changes as changes
        on
            outcomes.scale = changes.scale
            and outcomes.baseline_score = changes.baseline_score
            and outcomes.score = changes.score
    where outcomes.follow_up = 'observed' and outcomes.is_in_trajectory and not windows.is_for_sensitivity
)

select
    earlier.course_key,
    earlier.scale,
    earlier.step as first_step,
    later.step as second_step,
    case when earlier.position = later.position then earlier.score end as score,
    earlier.score * later.score as score_product,
    case when earlier.position = later.position then earlier.change_fraction end as change_fraction,
    earlier.change_fraction * later.change_fraction as change_fraction_product
from steps as earlier
inner join steps as later
    on
        earlier.course_key = later.course_key
        and earlier.scale = later.scale
        and earlier.position <= later.position
