-- What an import has to say of its patients: courses without one, and patients whose first course is not known.
-- Grain: n_without_patient
with
courses as (
    select patient_id, course_number, period, unnest(conditions) as condition
    from accepted.courses
    where patient_id is not null
),

patients as (
    select
        patient_id,
        condition,
        count(*) as n_courses,
        count(course_number) as n_numbered,
        min(course_number) as first_number,
        min(period) as first_period,
        count(period) as n_dated
    from courses
    group by patient_id, condition
    having count(*) > 1
),

ties as (
    select patients.patient_id
    from patients
    inner join courses on patients.patient_id = courses.patient_id and patients.condition = courses.condition
    group by
        patients.patient_id, patients.condition, patients.n_courses, patients.n_numbered, patients.n_dated,
        patients.first_number, patients.first_period
    having
        case
            when patients.n_numbered = patients.n_courses
                then count(*) filter (where courses.course_number = patients.first_number) > 1
            else
                patients.n_dated < patients.n_courses
                or count(*) filter (where courses.period = patients.first_period) > 1
        end
)

select
    (select count(*) from accepted.courses where patient_id is null) as n_without_patient,
    (select count(*) from accepted.courses where period is null) as n_without_period,
    (select count(distinct patient_id) from ties) as n_tied_patients
