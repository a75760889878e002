-- Courses whose held rows in a table this import takes the place of.
-- Grain: table_name, course_id
-- Assumption: in a table, a course with accepted rows there; where the source replaces patient by patient, all
-- courses of a patient with an accepted course, in every table.
with
held_courses as (
    select 'courses' as table_name, course_id from live.courses
    union
    select 'infusions' as table_name, course_id from live.infusions
    union
    select 'scores' as table_name, course_id from live.scores
),

accepted_courses as (
    select 'courses' as table_name, accepted.course_id
    from accepted.courses as accepted
    semi join live.courses as held on accepted.course_id = held.course_id
    union
    select 'infusions' as table_name, accepted.course_id
    from accepted.infusions as accepted
    semi join live.infusions as held on accepted.course_id = held.course_id
    union
    select 'scores' as table_name, accepted.course_id
    from accepted.scores as accepted
    semi join live.scores as held on accepted.course_id = held.course_id
),

courses_of_accepted_patients as (
    select held.course_id
    from live.courses as held
    semi join accepted.courses as accepted
        on coalesce(held.patient_id, held.course_id) = coalesce(accepted.patient_id, accepted.course_id)
)

select held_courses.table_name, held_courses.course_id
from held_courses
cross join ref.import_mode as mode
left join accepted_courses
    on held_courses.table_name = accepted_courses.table_name and held_courses.course_id = accepted_courses.course_id
left join courses_of_accepted_patients as of_patients on held_courses.course_id = of_patients.course_id
where
    not mode.is_append
    and case when mode.is_by_patient then of_patients.course_id else accepted_courses.course_id end is not null
