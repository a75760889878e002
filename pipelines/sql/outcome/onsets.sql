-- When each course first recorded a response, and when a sustained one began, known only to lie in (left, right].
-- Grain: course_key, scale, rule, kind
-- Units: minutes from the first infusion on the published grid; left is rounded down, right up; right NULL is
-- "not by the last assessment". left_infusions and right_infusions: infusions received before these assessments, NULL
-- without infusion rows
-- Assumption: first, R is the first assessment that meets the rule and L the last one before it that does not.
-- Sustained, R begins the run of met assessments that lasts to the horizon with one more to confirm it, and L is
-- the last one not met. L is 0 where there is none. Scales that ask about more than a day use whole days.
-- An assessment that does not meet the rule after k infusions says that k were not enough; where the response came
-- without another infusion, the k-th gets it, and left is k - 1. An infusion at an assessment's minute comes after it
-- unless it is labelled otherwise.
-- Reference: Turnbull 1976, J R Stat Soc B 38:290; Laska & Siegel 1995 for sustained response
with
-- The moments of a course at which the rule was met, and those at which it was not.
histories as (
    select
        scores.baseline_key,
        rules.rule,
        list(scores.moment) filter (
            where 100 * scores.score <= rules.kept_percent * scores.baseline_score - 100 * rules.fall_score
        ) as met,
        list(scores.moment) filter (
            where 100 * scores.score > rules.kept_percent * scores.baseline_score - 100 * rules.fall_score
        ) as unmet
    from outcome.follow_up_scores as scores
    inner join ref.scale_rules as rules on scores.scale = rules.scale
    where scores.baseline_score > 0 and rules.kind in ('response', 'response_points')
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

-- Few moments are distinct, so they are placed on the grid once each. An assessment labelled "after" at minute m
-- lies past m: the next grid point is its right end.
moments as (
    select scale, left_moment as moment from intervals
    union
    select scale, right_moment as moment from intervals where right_moment is not null
),

rounded_up as (
    select moments.scale, moments.moment, grids.grid_minute
    from moments
    asof inner join grids on moments.scale = grids.scale and moments.moment <= 2 * grids.grid_minute
),

rounded_down as (
    select moments.scale, moments.moment, grids.grid_minute
    from moments
    asof inner join grids on moments.scale = grids.scale and moments.moment >= 2 * grids.grid_minute
),

-- L must lie before R on the grid too: where rounding meets, the grid point before R.
previous_points as (
    select scale, grid_minute, lag(grid_minute) over (partition by scale order by grid_minute) as previous_minute
    from grids
),

infusions_received as (
    select
        intervals.*,
        case
            when inductions.n_infusions > 0
                then len(list_filter(inductions.infusion_minutes, lambda minute: 2 * minute < intervals.left_moment))
        end as n_before_left,
        case
            when inductions.n_infusions > 0 and intervals.right_moment is not null
                then len(list_filter(inductions.infusion_minutes, lambda minute: 2 * minute < intervals.right_moment))
        end as n_before_right
    from intervals
    inner join outcome.inductions as inductions on intervals.course_key = inductions.course_key
)

select
    intervals.course_key,
    intervals.scale,
    intervals.rule,
    intervals.kind,
    least(rounded_down.grid_minute, coalesce(previous_points.previous_minute, rounded_down.grid_minute)) as left_minute,
    rounded_up.grid_minute as right_minute,
    cast(least(intervals.n_before_left, coalesce(intervals.n_before_right - 1, intervals.n_before_left)) as smallint)
        as left_infusions,
    cast(case when rounded_up.grid_minute is not null then intervals.n_before_right end as smallint) as right_infusions
from infusions_received as intervals
inner join rounded_down on intervals.scale = rounded_down.scale and intervals.left_moment = rounded_down.moment
left join rounded_up on intervals.scale = rounded_up.scale and intervals.right_moment = rounded_up.moment
left join previous_points
    on rounded_up.scale = previous_points.scale and rounded_up.grid_minute = previous_points.grid_minute
