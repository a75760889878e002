-- When each course first recorded a response, and when a sustained one began, known only to lie in (left, right].
-- Grain: course_key, scale, rule, kind
-- Units: minutes from the first infusion on the published grid; left is rounded down, right up; right NULL is
-- "not by the last assessment"
-- Assumption: first, R is the first assessment that meets the rule and L the last one before it that does not.
-- Sustained, R begins the run of met assessments that lasts to the horizon with one more to confirm it, and L is
-- the last one not met. L is 0 where there is none. Scales that ask about more than a day use whole days.
-- Reference: Turnbull 1976, J R Stat Soc B 38:290; Laska & Siegel 1995 for sustained response
with
-- The moments of a course at which the rule was met, and those at which it was not.
histories as (
    select
        scores.baseline_key,
        rules.rule,
        list(scores.moment) filter (where 100 * scores.score <= rules.kept_percent * scores.baseline_score) as met,
        list(scores.moment) filter (where 100 * scores.score > rules.kept_percent * scores.baseline_score) as unmet
    from outcome.follow_up_scores as scores
    inner join ref.scale_rules as rules on scores.scale = rules.scale
    where scores.baseline_score > 0 and rules.kind = 'response'
    group by scores.baseline_key, rules.rule
),

landmarks as (
    select
        histories.baseline_key,
        histories.rule,
        histories.unmet,
        list_min(histories.met) as first_met,
        list_filter(histories.met, lambda moment: moment <= 2 * parameters.horizon_minutes + 1) as met_within_horizon,
        coalesce(
            list_max(list_filter(histories.unmet, lambda moment: moment <= 2 * parameters.horizon_minutes + 1)), 0
        ) as last_unmet
    from histories
    cross join ref.parameters as parameters
),

bounds as (
    select
        baselines.course_key,
        baselines.scale,
        landmarks.rule,
        landmarks.first_met,
        landmarks.last_unmet,
        list_max(landmarks.unmet) as last_moment_if_never_met,
        list_max(list_filter(landmarks.unmet, lambda moment: moment < landmarks.first_met)) as last_before_first_met,
        list_filter(landmarks.met_within_horizon, lambda moment: moment > landmarks.last_unmet) as run
    from landmarks
    inner join outcome.baselines as baselines on landmarks.baseline_key = baselines.baseline_key
),

intervals as (
    select
        course_key,
        scale,
        rule,
        cast('first' as onset_kind) as kind,
        case when first_met is null then last_moment_if_never_met else coalesce(last_before_first_met, 0) end as left_moment,
        first_met as right_moment
    from bounds
    union all
    select
        course_key,
        scale,
        rule,
        cast('sustained' as onset_kind) as kind,
        last_unmet as left_moment,
        case when len(run) > 1 then list_min(run) end as right_moment
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
