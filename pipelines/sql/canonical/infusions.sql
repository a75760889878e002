-- Accepted infusions as the cells of a canonical file, and first infusions that only tell when their course began.
-- Grain: course_id, minutes_from_start
-- Units: dose in mg, duration in minutes, pressure in mmHg, heart rate per minute
-- Assumption: where the first infusion of a course ended in quarantine and a later one was accepted, the course's clock
-- rests on it all the same. It stands here without its values and marked, so that it ends in quarantine again.
with
first_infusions_in_quarantine as (
    select
        course_id,
        '0' as minutes_from_start,
        'quarantined' as infusion_number
    from accepted.infusions
    group by course_id
    having min(minute) <> 0
)

select
    course_id,
    cast(minute as varchar) as minutes_from_start,
    cast(infusion_number as varchar) as infusion_number,
    route,
    regexp_replace(cast(dose_mg as varchar), '\.0$', '') as dose_mg,
    regexp_replace(cast(dose_mg_per_kg as varchar), '\.0$', '') as dose_mg_per_kg,
    regexp_replace(cast(duration_minutes as varchar), '\.0$', '') as duration_minutes,
    regexp_replace(cast(dissociation_score as varchar), '\.0$', '') as dissociation_score,
    experience,
    regexp_replace(cast(systolic_before as varchar), '\.0$', '') as systolic_before,
    regexp_replace(cast(systolic_peak as varchar), '\.0$', '') as systolic_peak,
    regexp_replace(cast(diastolic_before as varchar), '\.0$', '') as diastolic_before,
    regexp_replace(cast(diastolic_peak as varchar), '\.0$', '') as diastolic_peak,
    regexp_replace(cast(heart_rate_before as varchar), '\.0$', '') as heart_rate_before,
    regexp_replace(cast(heart_rate_peak as varchar), '\.0$', '') as heart_rate_peak,
    case when len(adverse_events) = 0 then ';' else array_to_string(adverse_events, ';') end as adverse_events,
    stopped_early,
    preparation_session,
    integration_session
from accepted.infusions
union all by name
select * from first_infusions_in_quarantine
