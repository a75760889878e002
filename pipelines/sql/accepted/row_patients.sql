-- Whose rows those are that were not accepted, for `outcomes forget`.
-- Grain: table_name, line
-- Assumption: a course is named only if this import gives it or the store holds it; any other course_id is text that
-- nothing vouches for, and is not kept.
with
exceptions as (
    select 'courses' as table_name, exceptions.line, exceptions.place, landed.course_id, landed.patient_id
    from accepted.course_exceptions as exceptions
    inner join landing.courses as landed on exceptions.line = landed.line
    union all
    select 'infusions' as table_name, exceptions.line, exceptions.place, landed.course_id, null as patient_id
    from accepted.infusion_exceptions as exceptions
    inner join landing.infusions as landed on exceptions.line = landed.line
    union all
    select 'scores' as table_name, exceptions.line, exceptions.place, landed.course_id, null as patient_id
    from accepted.score_exceptions as exceptions
    inner join landing.scores as landed on exceptions.line = landed.line
),

known_courses as (
    select course_id, max(patient_id) as patient_id
    from (
        select course_id, patient_id from landing.courses where course_id is not null
        union all
        select course_id, patient_id from live.courses
    ) as named
    group by course_id
)

select
    exceptions.table_name,
    exceptions.line,
    exceptions.place,
    known_courses.course_id,
    coalesce(exceptions.patient_id, origins.patient, known_courses.patient_id) as patient_id
from exceptions
left join known_courses on exceptions.course_id = known_courses.course_id
left join landing.origins as origins
    on exceptions.table_name = origins.table_name and exceptions.line = origins.line
