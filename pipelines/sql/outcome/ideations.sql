-- The level of suicidal ideation at baseline and in each window, from each source: an item of a scale, or its score.
-- Grain: course_key, source, window_name
-- Units: levels as recorded, 0 for none; NULL where the score was recorded without the item, or there is no score
-- Assumption: read from the scores that stand for baseline and window on that scale, whatever their total; an item is
-- never filled in from others. Every course with a baseline on the scale has its rows, below the entry cut too.
-- Reference: ref.ideation_sources (definitions/outcomes.toml)
with
read_levels as (
    select
        assessments.course_key,
        assessments.scale,
        assessments.rater,
        assessments.minute,
        assessments.moment,
        coalesce(list_position(['before', 'during', 'after'], assessments.timing), 0) as place,
        sources.source,
        cast(case
            when sources.item is null then assessments.score / scales.units_per_point
            else assessments.items[sources.item]
        end as integer) as ideation_level
    from outcome.assessments as assessments
    inner join ref.ideation_sources as sources on assessments.scale = sources.scale
    inner join ref.scales as scales on assessments.scale = scales.scale
),

at_baseline as (
    select
        baselines.baseline_key,
        baselines.course_key,
        baselines.scale,
        baselines.rater,
        levels.source,
        arg_max({'level': levels.ideation_level}, 4 * levels.moment + levels.place).level as baseline_level
    from outcome.baselines as baselines
    inner join read_levels as levels
        on
            baselines.course_key = levels.course_key
            and baselines.scale = levels.scale
            and baselines.rater = levels.rater
            and baselines.baseline_minute = levels.minute
    where levels.moment <= 0
    group by all
),

in_windows as (
    select
        at_baseline.baseline_key,
        at_baseline.source,
        window_scores.window_name,
        arg_min({'level': levels.ideation_level}, levels.place).level as window_level
    from at_baseline
    inner join outcome.window_scores as window_scores on at_baseline.baseline_key = window_scores.baseline_key
    inner join read_levels as levels
        on
            at_baseline.course_key = levels.course_key
            and at_baseline.source = levels.source
            and at_baseline.rater = levels.rater
            and window_scores.moment = levels.moment
    group by at_baseline.baseline_key, at_baseline.source, window_scores.window_name
)

select
    at_baseline.course_key,
    at_baseline.source,
    outcomes.window_name,
    outcomes.follow_up,
    at_baseline.baseline_level,
    case when outcomes.follow_up = 'observed' then in_windows.window_level end as window_level
from at_baseline
inner join outcome.window_outcomes as outcomes
    on at_baseline.course_key = outcomes.course_key and at_baseline.scale = outcomes.scale
left join in_windows
    on
        at_baseline.baseline_key = in_windows.baseline_key
        and at_baseline.source = in_windows.source
        and outcomes.window_name = in_windows.window_name
