-- What an import has to say of its patients: courses without one, and patients whose first course is not known.
-- Grain: n_without_patient
with
patients as (
    select
        patient_id,
        count(*) as n_courses,
        count(course_number) as n_numbered,
        min(course_number) as first_number,
        min(period) as first_period,
        count(period) as n_dated
    from accepted.courses
    where patient_id is not null
    group by patient_id
    having count(*) > 1
),

ties as (
    select patients.patient_id
    from patients
    inner join accepted.courses as courses on patients.patient_id = courses.patient_id
    group by
        patients.patient_id, patients.n_courses, patients.n_numbered, patients.n_dated, patients.first_number,
        patients.first_period
    having
        case
            when patients.n_numbered = patients.n_courses
                then count(*) filter (where courses.course_number = patients.first_number) > 1
            else patients.n_dated < patients.n_courses
                or count(*) filter (where courses.period = patients.first_period) > 1
        end
)

select
    (select count(*) from accepted.courses where patient_id is null) as n_without_patient,
    (select count(*) from ties) as n_tied_patients
