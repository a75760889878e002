-- The scores around each infusion on each scale that allows an acute change: the last before it and the one after it.
-- Grain: course_key, minute, scale
-- Units: scores in the scale's units; minutes from the first infusion
-- Assumption: before, the last score in the hours before the infusion's start and after the infusion before it; after,
-- the score nearest to the target in the hours after the start and before the next infusion, the earlier on a tie,
-- never the best. A score labelled during, or taken while the infusion ran, is neither. A score at an infusion's minute
-- precedes it unless labelled otherwise. A score of which only the day is known counts only where it is labelled before
-- or after and bears the infusion's number or stands at its minute; no unlabelled one does: has_day_alone, there is one
-- on the infusion's own day. Change is taken within one rater, the scale's own if that rater has both.
-- Rows are infusions with a score before or after, or with one of which only the day is known.
-- Reference: ref.acute_windows (definitions/outcomes.toml)
with
infusions as (
    select
        course_key,
        minute,
        score_number,
        coalesce(duration_minutes, 0) as duration_minutes
    from outcome.infusions
),

scores as (
    select assessments.*
    from outcome.assessments as assessments
    inner join ref.scales as scales on assessments.scale = scales.scale
    where scales.is_acute and assessments.timing is distinct from 'during'
),

timed_scores as (
    select * from scores where not is_day_resolution
),

day_scores as (
    select * from scores where is_day_resolution
),

-- Each timed score stands before the next infusion, so never across the one before that.
scores_before as (
    select
        scores.course_key,
        infusions.minute,
        scores.scale,
        scores.rater,
        'before' as side,
        scores.score,
        false as is_day_resolution,
        -(2 * scores.moment + case when scores.timing = 'before' then 1 else 0 end) as distance
    from timed_scores as scores
    asof inner join infusions on scores.course_key = infusions.course_key and scores.moment <= 2 * infusions.minute
    cross join ref.acute_windows as windows
    where infusions.minute - scores.minute <= windows.before_minutes
),

-- And after the last infusion, so never across the one that follows it.
scores_after as (
    select
        scores.course_key,
        infusions.minute,
        scores.scale,
        scores.rater,
        'after' as side,
        scores.score,
        false as is_day_resolution,
        4 * abs(scores.minute - infusions.minute - windows.target_minutes)
        + case when scores.minute - infusions.minute > windows.target_minutes then 2 else 0 end
        + case when scores.timing = 'after' then 0 else 1 end as distance
    from timed_scores as scores
    asof inner join infusions on scores.course_key = infusions.course_key and scores.moment > 2 * infusions.minute
    cross join ref.acute_windows as windows
    where
        scores.minute - infusions.minute <= windows.after_minutes
        and scores.timing is distinct from 'before'
        and (scores.timing = 'after' or scores.minute - infusions.minute >= infusions.duration_minutes)
),

labelled_day_scores as (
    select
        scores.course_key,
        infusions.minute,
        scores.scale,
        scores.rater,
        cast(scores.timing as varchar) as side,
        scores.score,
        true as is_day_resolution,
        0 as distance
    from day_scores as scores
    inner join infusions
        on
            scores.course_key = infusions.course_key
            and (
                scores.infusion_number = infusions.score_number
                or (scores.infusion_number is null and scores.minute = infusions.minute)
            )
    cross join ref.acute_windows as windows
    where
        scores.timing is not null
        and scores.minute >= infusions.minute - windows.before_minutes
        and scores.minute <= infusions.minute + windows.after_minutes
),

sides as (
    select * from scores_before
    union all
    select * from scores_after
    union all
    select * from labelled_day_scores
),

by_rater as (
    select
        course_key,
        minute,
        scale,
        rater,
        arg_min(score, (is_day_resolution, distance)) filter (where side = 'before') as before_score,
        arg_min(score, (is_day_resolution, distance)) filter (where side = 'after') as after_score
    from sides
    group by course_key, minute, scale, rater
),

chosen as (
    select
        by_rater.course_key,
        by_rater.minute,
        by_rater.scale,
        bool_or(by_rater.before_score is not null) as has_before,
        bool_or(by_rater.after_score is not null) as has_after,
        arg_min(
            {'before_score': by_rater.before_score, 'after_score': by_rater.after_score},
            (by_rater.rater <> scales.rater, by_rater.rater)
        ) filter (where by_rater.before_score is not null and by_rater.after_score is not null) as pair
    from by_rater
    inner join ref.scales as scales on by_rater.scale = scales.scale
    group by by_rater.course_key, by_rater.minute, by_rater.scale
),

days_alone as (
    select distinct infusions.course_key, infusions.minute, scores.scale
    from day_scores as scores
    inner join infusions
        on scores.course_key = infusions.course_key and scores.minute = infusions.minute // 1440 * 1440
    where scores.timing is null
)

select
    coalesce(chosen.course_key, days_alone.course_key) as course_key,
    coalesce(chosen.minute, days_alone.minute) as minute,
    coalesce(chosen.scale, days_alone.scale) as scale,
    chosen.pair.before_score as before_score,
    chosen.pair.after_score as after_score,
    coalesce(chosen.has_before, false) as has_before,
    coalesce(chosen.has_after, false) as has_after,
    days_alone.course_key is not null as has_day_alone
from chosen
full join days_alone
    on
        chosen.course_key = days_alone.course_key
        and chosen.minute = days_alone.minute
        and chosen.scale = days_alone.scale
