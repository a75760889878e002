-- How many rows of each course were duplicates or not tracked: the batch keeps no other trace of them.
-- Grain: table_name, place, course_id, patient_id
-- Assumption: nobody without a course is named here; what is known of them is only how many rows there are.
with
patients_with_course as (
    select patient_id from landing.courses where patient_id is not null
    union
    select patient_id from live.courses where patient_id is not null
),

rows_set_aside as (
    select
        row_patients.table_name,
        row_patients.place,
        row_patients.course_id,
        patients_with_course.patient_id
    from accepted.row_patients as row_patients
    left join patients_with_course on row_patients.patient_id = patients_with_course.patient_id
    where row_patients.place in ('duplicate', 'not_tracked')
)

select table_name, place, course_id, patient_id, count(*) as n_rows
from rows_set_aside
group by table_name, place, course_id, patient_id
