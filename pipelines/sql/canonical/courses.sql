-- Accepted courses as the cells of a canonical file; attributes stand together here, and in the file each by itself.
-- Grain: course_id
-- Units: ended_day in days from the first infusion
select
    course_id,
    patient_id,
    cast(course_number as varchar) as course_number,
    array_to_string(conditions, ';') as conditions,
    site,
    case when contains(period, 'Q') then period end as quarter,
    case when not contains(period, 'Q') then period end as year,
    route,
    setting,
    age_band,
    sex,
    treatment_resistant,
    cast(planned_infusions as varchar) as planned_infusions,
    regexp_replace(cast(ended_day as varchar), '\.0$', '') as ended_day,
    end_reason,
    attributes
from accepted.courses
