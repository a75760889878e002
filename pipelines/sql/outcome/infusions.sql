-- Every infusion on its course's clock, numbered in time, with what was recorded of it.
-- Grain: course_key, minute
-- Units: minutes from the first infusion; doses in mg and mg per kg, duration in minutes, pressure in mmHg, heart rate
-- per minute, dissociation in points
-- Assumption: an infusion's number is its place in time; a recorded one that differs only tells which scores are meant.
-- An infusion without a route has its course's.
-- score_number: what scores of the infusion bear, the recorded number or else its place; NULL where two would have it.
-- adverse_events: NULL is not recorded, an empty list is none.
-- dissociation_score: of the infusion, or else the highest score of the dissociation scale that bears its number, or
-- stands at its minute, and is not labelled before. Where both stand and differ neither counts:
-- is_dissociation_contradicted.
-- Reference: ref.parameters (definitions/outcomes.toml), ref.dissociation_scale (definitions/quality.toml)
with
placed as (
    select
        infusions.*,
        cast(row_number() over (partition by infusions.course_key order by infusions.minute) as integer)
            as place_in_time
    from accepted.infusions as infusions
),

numbered as (
    select
        *,
        case
            when count(*) over (partition by course_key, coalesce(infusion_number, place_in_time)) = 1
                then coalesce(infusion_number, place_in_time)
        end as score_number
    from placed
),

separate_scores as (
    select
        scores.course_key,
        scores.infusion_number,
        scores.minute,
        scores.score / scales.units_per_point as dissociation_score
    from outcome.assessments as scores
    inner join ref.dissociation_scale as dissociation on scores.scale = dissociation.scale
    inner join ref.scales as scales on scores.scale = scales.scale
    where scores.timing is distinct from 'before'
),

scored as (
    select infusions.course_key, infusions.minute, scores.dissociation_score
    from numbered as infusions
    inner join separate_scores as scores
        on infusions.course_key = scores.course_key and infusions.score_number = scores.infusion_number
    union all
    select infusions.course_key, infusions.minute, scores.dissociation_score
    from numbered as infusions
    inner join separate_scores as scores
        on infusions.course_key = scores.course_key and infusions.minute = scores.minute
    where scores.infusion_number is null
),

peaks as (
    select course_key, minute, cast(max(dissociation_score) as double) as dissociation_score
    from scored
    group by course_key, minute
)

select
    numbered.course_key,
    numbered.minute,
    numbered.place_in_time as infusion_number,
    numbered.score_number,
    numbered.minute <= parameters.induction_minutes and numbered.place_in_time <= parameters.induction_infusions
        as is_induction,
    coalesce(numbered.route, courses.route) as route,
    numbered.dose_mg,
    numbered.dose_mg_per_kg,
    numbered.duration_minutes,
    case
        when numbered.dissociation_score is null or peaks.dissociation_score is null
            then coalesce(numbered.dissociation_score, peaks.dissociation_score)
        when numbered.dissociation_score = peaks.dissociation_score then numbered.dissociation_score
    end as dissociation_score,
    coalesce(numbered.dissociation_score <> peaks.dissociation_score, false) as is_dissociation_contradicted,
    numbered.experience,
    numbered.preparation_session,
    numbered.integration_session,
    numbered.systolic_before,
    numbered.systolic_peak,
    numbered.diastolic_before,
    numbered.diastolic_peak,
    numbered.heart_rate_before,
    numbered.heart_rate_peak,
    case
        when len(numbered.adverse_events) > 0 then list_filter(numbered.adverse_events, lambda code: code <> 'none')
    end as adverse_events,
    numbered.stopped_early
from numbered
inner join outcome.courses as courses on numbered.course_key = courses.course_key
cross join ref.parameters as parameters
left join peaks on numbered.course_key = peaks.course_key and numbered.minute = peaks.minute
