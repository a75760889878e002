-- The conditions a course is given for, and whether it is the patient's first course for each.
-- Grain: course_key, condition
-- Assumption: the lowest course number comes first, and only if every lower number of the patient is known;
-- without numbers the earliest period. On a tie none of the patient's courses is first.
-- Condition "any" stands for the program as a whole: there a course is first if it is for one of its conditions.
with
patients as (
    select source, patient_id, count(*) as n_courses
    from outcome.courses
    group by source, patient_id
),

single_courses as (
    select
        courses.course_key,
        courses.conditions,
        coalesce(courses.course_number, 1) = 1 as is_first_course
    from outcome.courses as courses
    inner join patients on courses.source = patients.source and courses.patient_id = patients.patient_id
    where patients.n_courses = 1
),

several_courses as (
    select
        courses.course_key,
        courses.source,
        courses.patient_id,
        courses.period,
        courses.course_number,
        courses.conditions,
        coalesce(
            dense_rank() over (partition by courses.source, courses.patient_id order by courses.course_number)
            = courses.course_number,
            true
        ) as is_history_known
    from outcome.courses as courses
    inner join patients on courses.source = patients.source and courses.patient_id = patients.patient_id
    where patients.n_courses > 1
),

pairs as (
    select * exclude (conditions), unnest(conditions) as condition
    from several_courses
),

histories as (
    select
        source,
        patient_id,
        condition,
        count(*) as n_courses,
        count(course_number) as n_numbered,
        min(course_number) as first_number,
        min(period) as first_period,
        bool_or(period = 'not recorded') as has_unknown_period
    from pairs
    group by source, patient_id, condition
),

firsts as (
    select
        pairs.source,
        pairs.patient_id,
        pairs.condition,
        count(*) filter (where pairs.course_number = histories.first_number) as n_with_first_number,
        count(*) filter (where pairs.period = histories.first_period) as n_in_first_period
    from pairs
    inner join histories
        on
            pairs.source = histories.source
            and pairs.patient_id = histories.patient_id
            and pairs.condition = histories.condition
    group by pairs.source, pairs.patient_id, pairs.condition
),

by_condition as (
    select course_key, unnest(conditions) as condition, is_first_course
    from single_courses
    union all
    select
        pairs.course_key,
        pairs.condition,
        case
            when not pairs.is_history_known then false
            when histories.n_courses = 1 then true
            when histories.n_numbered = histories.n_courses
                then pairs.course_number = histories.first_number and firsts.n_with_first_number = 1
            else
                not histories.has_unknown_period
                and pairs.period = histories.first_period
                and firsts.n_in_first_period = 1
        end as is_first_course
    from pairs
    inner join histories
        on
            pairs.source = histories.source
            and pairs.patient_id = histories.patient_id
            and pairs.condition = histories.condition
    inner join firsts
        on
            pairs.source = firsts.source
            and pairs.patient_id = firsts.patient_id
            and pairs.condition = firsts.condition
)

select course_key, condition, is_first_course
from by_condition
union all
select course_key, 'any' as condition, bool_or(is_first_course) as is_first_course
from by_condition
group by course_key
