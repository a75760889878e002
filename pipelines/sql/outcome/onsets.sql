-- When each course first recorded a response, and when a sustained one began, known only to lie in (left, right].
-- Grain: course_key, scale, rule, kind
-- Units: minutes from the first infusion on the published grid; left is rounded down, right up; right NULL is
-- "not by the last assessment"
-- Assumption: first, R is the first assessment that meets the rule and L the last one before it that does not.
-- Sustained, R begins the run of met assessments that lasts to the horizon with one more to confirm it, and L is
-- the last one not met. L is 0 where there is none. Scales that ask about more than a day use whole days.
-- Reference: Turnbull 1976, J R Stat Soc B 38:290; Laska & Siegel 1995 for sustained response
with
judged as (
    select
        assessments.course_key,
        assessments.scale,
        rules.rule,
        assessments.moment,
        assessments.minute,
        100 * assessments.score <= rules.kept_percent * baselines.baseline_score as is_met
    from outcome.assessments as assessments
    inner join outcome.baselines as baselines
        on
            assessments.course_key = baselines.course_key
            and assessments.scale = baselines.scale
            and assessments.rater = baselines.rater
    inner join ref.scale_rules as rules on assessments.scale = rules.scale
    where assessments.moment > 0 and baselines.baseline_score > 0 and rules.kind = 'response'
),

landmarks as (
    select
        judged.course_key,
        judged.scale,
        judged.rule,
        max(judged.moment) as last_moment,
        min(judged.moment) filter (where judged.is_met) as first_met,
        coalesce(
            max(judged.moment) filter (where not judged.is_met and judged.minute <= parameters.horizon_minutes), 0
        ) as last_unmet
    from judged
    cross join ref.parameters as parameters
    group by judged.course_key, judged.scale, judged.rule
),

bounds as (
    select
        judged.course_key,
        judged.scale,
        judged.rule,
        any_value(landmarks.first_met) as first_met,
        any_value(landmarks.last_moment) as last_moment,
        any_value(landmarks.last_unmet) as last_unmet,
        max(judged.moment) filter (where judged.moment < landmarks.first_met) as last_before_first_met,
        min(judged.moment) filter (
            where judged.moment > landmarks.last_unmet and judged.minute <= parameters.horizon_minutes
        ) as run_start,
        count(*) filter (
            where judged.moment > landmarks.last_unmet and judged.minute <= parameters.horizon_minutes
        ) as n_in_run
    from judged
    inner join landmarks
        on
            judged.course_key = landmarks.course_key
            and judged.scale = landmarks.scale
            and judged.rule = landmarks.rule
    cross join ref.parameters as parameters
    group by judged.course_key, judged.scale, judged.rule
),

intervals as (
    select
        course_key,
        scale,
        rule,
        'first' as kind,
        case when first_met is null then last_moment else coalesce(last_before_first_met, 0) end as left_moment,
        first_met as right_moment
    from bounds
    union all
    select
        course_key,
        scale,
        rule,
        'sustained' as kind,
        last_unmet as left_moment,
        case when n_in_run > 1 then run_start end as right_moment
    from bounds
),

grids as (
    select scales.scale, grid.grid_minute
    from ref.scales as scales
    inner join ref.onset_grid as grid on grid.is_whole_day or not scales.is_whole_days
),

-- An assessment labelled "after" at minute m lies past m: the next grid point is its right end.
rounded_up as (
    select
        intervals.course_key,
        intervals.scale,
        intervals.rule,
        intervals.kind,
        intervals.left_moment,
        grids.grid_minute as right_minute
    from intervals
    asof left join grids on intervals.scale = grids.scale and intervals.right_moment <= 2 * grids.grid_minute
)

select
    rounded_up.course_key,
    rounded_up.scale,
    rounded_up.rule,
    rounded_up.kind,
    grids.grid_minute as left_minute,
    rounded_up.right_minute
from rounded_up
asof left join grids
    on
        rounded_up.scale = grids.scale
        and least(rounded_up.left_moment, coalesce(2 * rounded_up.right_minute - 1, rounded_up.left_moment))
        >= 2 * grids.grid_minute
