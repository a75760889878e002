-- The conditions a course is given for, and whether it is the patient's first course for each.
-- Grain: course_key, condition
-- Assumption: the lowest course number comes first, and only if every lower number of the patient is known;
-- without numbers the earliest period. On a tie none of the patient's courses is first.
-- Condition "any" stands for the program as a whole.
with
ordered_courses as (
    select
        course_key,
        source,
        patient_id,
        period,
        course_number,
        conditions,
        case
            when course_number is null then true
            else dense_rank() over (partition by source, patient_id order by course_number) = course_number
        end as is_history_known
    from outcome.courses
),

pairs as (
    select
        course_key,
        source,
        patient_id,
        period,
        course_number,
        is_history_known,
        unnest(list_append(conditions, 'any')) as condition
    from ordered_courses
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
    where histories.n_courses > 1
    group by pairs.source, pairs.patient_id, pairs.condition
)

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
left join firsts
    on
        pairs.source = firsts.source
        and pairs.patient_id = firsts.patient_id
        and pairs.condition = firsts.condition
