-- How long each course that responded at the first assessment after induction went on responding, known only to lie in
-- (left, right], and which of loss, re-treatment and leaving ended it first.
-- Grain: course_key, scale, rule
-- Units: start_minute from the first infusion; left, right and ending in minutes from the start, on the published grid:
-- left is rounded down, right up, so that the loss lies between; every ending up, so that courses seen on one day end
-- together there, whatever was seen; right NULL is "not by the last assessment before re-treatment"
-- standing, the first that holds: not_anchored, there are no infusion rows; pending, induction may still go on;
-- not_assessed, no score after the last infusion of induction; on_maintenance, another infusion came before that score;
-- not_responding, it does not meet the rule; responding, the clock starts.
-- ending: lost, at the first assessment that does not meet the rule; retreated, by another infusion before one was
-- recorded; left, as recorded with a reason; retreated_unseen, by an infusion after the last assessment of all; else
-- censored. ending_minute is when: the last three at the last assessment, because others are in view no longer than that.
-- is_followed: whether there is a later assessment before any re-treatment; curves of intervals hold only those.
-- Assumption: what comes after re-treatment is not asked. Scales that ask about more than a day use whole days. A loss
-- or an infusion past the grid's last point is not reached by then: the course is censored there.
-- Reference: Turnbull 1976, J R Stat Soc B 38:290; Putter 2007, Stat Med 26:2389; the rule in ref.scale_rules
with
starts as (
    select
        starts.*,
        rules.rule,
        100 * starts.first_score <= rules.kept_percent * starts.baseline_score - 100 * rules.fall_score as is_met
    from outcome.post_induction_starts as starts
    inner join ref.scale_rules as rules on starts.scale = rules.scale
    where starts.baseline_score > 0 and rules.kind in ('response', 'response_points')
),

-- The later moments of those responding at which the rule was met, and was not, up to re-treatment.
histories as (
    select
        starts.baseline_key,
        starts.rule,
        list(scores.moment) filter (
            where 100 * scores.score <= rules.kept_percent * scores.baseline_score - 100 * rules.fall_score
        ) as met,
        min(scores.moment) filter (
            where 100 * scores.score > rules.kept_percent * scores.baseline_score - 100 * rules.fall_score
        ) as first_unmet
    from starts
    inner join ref.scale_rules as rules on starts.scale = rules.scale and starts.rule = rules.rule
    inner join outcome.follow_up_scores as scores on starts.baseline_key = scores.baseline_key
    where
        starts.is_met
        and not starts.is_on_maintenance
        and scores.moment > starts.start_moment
        and (starts.first_maintenance_minute is null or scores.moment <= 2 * starts.first_maintenance_minute)
    group by starts.baseline_key, starts.rule
),

-- Spans are moments from the start.
spans as (
    select
        starts.baseline_key,
        starts.scale,
        starts.rule,
        histories.baseline_key is not null as is_followed,
        coalesce(
            list_max(
                list_filter(
                    histories.met, lambda moment: histories.first_unmet is null or moment < histories.first_unmet
                )
            ) - starts.start_moment,
            0
        ) as left_span,
        histories.first_unmet - starts.start_moment as right_span,
        2 * starts.first_maintenance_minute - starts.start_moment as retreated_span,
        starts.is_retreatment_seen,
        starts.is_left
    from starts
    left join histories on starts.baseline_key = histories.baseline_key and starts.rule = histories.rule
    where starts.is_met and not starts.is_on_maintenance
),

endings as (
    select
        *,
        case
            when right_span is not null then 'lost'
            when retreated_span is not null and is_retreatment_seen then 'retreated'
            when retreated_span is not null then 'retreated_unseen'
            when is_left then 'left'
            else 'censored'
        end as ending,
        coalesce(right_span, case when is_retreatment_seen then retreated_span end, left_span) as ending_span
    from spans
),

grids as (
    select scales.scale, grid.grid_minute
    from ref.scales as scales
    inner join ref.durability_grid as grid on grid.is_whole_day or not scales.is_whole_days
),

-- Few spans are distinct, so they are placed on the grid once each.
distinct_spans as (
    select scale, left_span as span from endings
    union
    select scale, ending_span as span from endings
),

rounded_up as (
    select distinct_spans.scale, distinct_spans.span, grids.grid_minute
    from distinct_spans
    asof inner join grids on distinct_spans.scale = grids.scale and distinct_spans.span <= 2 * grids.grid_minute
),

rounded_down as (
    select distinct_spans.scale, distinct_spans.span, grids.grid_minute
    from distinct_spans
    asof inner join grids on distinct_spans.scale = grids.scale and distinct_spans.span >= 2 * grids.grid_minute
),

last_points as (
    select scale, max(grid_minute) as grid_minute
    from grids
    group by scale
),

responding as (
    select
        endings.baseline_key,
        endings.rule,
        endings.is_followed,
        rounded_down.grid_minute as left_minute,
        case when endings.ending = 'lost' then rounded_up.grid_minute end as right_minute,
        case
            when endings.ending in ('lost', 'retreated') and rounded_up.grid_minute is null then 'censored'
            else endings.ending
        end as ending,
        coalesce(rounded_up.grid_minute, last_points.grid_minute) as ending_minute
    from endings
    inner join rounded_down on endings.scale = rounded_down.scale and endings.left_span = rounded_down.span
    inner join last_points on endings.scale = last_points.scale
    left join rounded_up on endings.scale = rounded_up.scale and endings.ending_span = rounded_up.span
)

select
    baselines.course_key,
    baselines.scale,
    rules.rule,
    cast(case
        when inductions.n_infusions = 0 then 'not_anchored'
        when not inductions.is_induction_closed then 'pending'
        when starts.baseline_key is null then 'not_assessed'
        when starts.is_on_maintenance then 'on_maintenance'
        when starts.is_met then 'responding'
        else 'not_responding'
    end as durability_standing) as standing,
    starts.start_moment // 2 as start_minute,
    responding.left_minute,
    responding.right_minute,
    cast(responding.ending as response_ending) as ending,
    responding.ending_minute,
    coalesce(responding.is_followed, false) as is_followed
from outcome.baselines as baselines
inner join ref.scale_rules as rules on baselines.scale = rules.scale
inner join outcome.inductions as inductions on baselines.course_key = inductions.course_key
left join starts on baselines.baseline_key = starts.baseline_key and rules.rule = starts.rule
left join responding on baselines.baseline_key = responding.baseline_key and rules.rule = responding.rule
where baselines.baseline_score > 0 and rules.kind in ('response', 'response_points')
