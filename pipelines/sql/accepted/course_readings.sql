-- Landed courses read as typed values, each with the first rule that it breaks by itself.
-- Grain: line
-- Units: ended_day in days from the first infusion; period a quarter (2026-Q3) or a year
with
source_faults as (
    select line, rule, column_name
    from landing.faults
    where table_name = 'courses'
),

yes_no as (
    select code, meaning
    from ref.codes
    where table_name = 'courses' and column_name = 'treatment_resistant'
)

select
    courses.line,
    courses.course_id,
    courses.patient_id,
    try_cast(courses.course_number as integer) as course_number,
    case
        when contains(courses.conditions, ';')
            then list_sort(list_distinct(list_filter(
                list_transform(string_split(courses.conditions, ';'), lambda part: trim(part)), lambda part: part <> ''
            )))
        else [courses.conditions]
    end as conditions,
    courses.site,
    coalesce(courses.quarter, courses.year) as period,
    courses.route,
    courses.setting,
    courses.age_band,
    courses.sex,
    yes_no.meaning as treatment_resistant,
    try_cast(courses.planned_infusions as integer) as planned_infusions,
    try_cast(courses.ended_day as double) as ended_day,
    courses.end_reason,
    courses.attributes,
    case
        when source_faults.rule is not null then source_faults.rule
        when courses.course_id is null then 'missing_key'
        when coalesce(trim(replace(courses.conditions, ';', '')), '') = '' then 'missing_key'
        when first_faults.rule is not null then first_faults.rule
        when not starts_with(courses.quarter, courses.year) then 'bad_period'
    end as rule,
    case
        when source_faults.rule is not null then source_faults.column_name
        when courses.course_id is null then 'course_id'
        when coalesce(trim(replace(courses.conditions, ';', '')), '') = '' then 'conditions'
        when first_faults.rule is not null then first_faults.column_name
        when not starts_with(courses.quarter, courses.year) then 'year'
    end as column_name
from landing.courses as courses
left join source_faults on courses.line = source_faults.line
left join accepted.first_faults as first_faults
    on courses.line = first_faults.line and first_faults.table_name = 'courses'
left join yes_no on courses.treatment_resistant = yes_no.code
