-- The baseline of each course on each scale: the last score at or before the first infusion.
-- Grain: course_key, scale
-- Units: score in the scale's units; minute from the first infusion, negative before it; baseline_key, a dense
-- number for joins
-- Assumption: a score at the infusion's minute precedes it unless labelled otherwise, and one labelled before comes
-- after one that is not labelled; change is taken within one
-- rater, the scale's own if that rater has a baseline.
-- Reference: look-back from ref.parameters (definitions/outcomes.toml)
with
candidates as (
    select
        assessments.course_key,
        assessments.scale,
        assessments.rater,
        arg_max(
            {
                'score': assessments.score,
                'minute': assessments.minute,
                'is_assumed_before': assessments.is_day_resolution
                and assessments.minute = 0
                and assessments.timing is null
            },
            4 * assessments.moment + coalesce(list_position(['before', 'during', 'after'], assessments.timing), 0)
        ) as last_score
    from outcome.assessments as assessments
    cross join ref.parameters as parameters
    where assessments.moment <= 0 and assessments.minute >= -parameters.flagged_look_back_minutes
    group by assessments.course_key, assessments.scale, assessments.rater
),

chosen as (
    select
        candidates.course_key,
        candidates.scale,
        arg_min(
            {'rater': candidates.rater, 'last_score': candidates.last_score},
            (candidates.rater <> scales.rater, candidates.rater)
        ) as baseline
    from candidates
    inner join ref.scales as scales on candidates.scale = scales.scale
    group by candidates.course_key, candidates.scale
)

select
    cast(row_number() over () as integer) as baseline_key,
    chosen.course_key,
    chosen.scale,
    chosen.baseline.rater as rater,
    chosen.baseline.last_score.score as baseline_score,
    chosen.baseline.last_score.minute as baseline_minute,
    chosen.baseline.last_score.minute < -parameters.look_back_minutes as is_older_than_look_back,
    chosen.baseline.last_score.is_assumed_before as is_assumed_before
from chosen
cross join ref.parameters as parameters
