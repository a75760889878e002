-- Course ids that more than one readable line bears, and whether their values agree.
-- Grain: course_id
with
repeated_ids as (
    select course_id
    from accepted.course_readings
    where rule is null
    group by course_id
    having count(*) > 1
)

select
    readings.course_id,
    min(readings.line) as first_line,
    count(distinct (
        readings.patient_id, readings.course_number, readings.conditions, readings.site, readings.period,
        readings.route, readings.setting, readings.age_band, readings.sex, readings.treatment_resistant,
        readings.planned_infusions, readings.ended_day, readings.end_reason, readings.attributes
    )) as n_versions
from accepted.course_readings as readings
semi join repeated_ids on readings.course_id = repeated_ids.course_id
where readings.rule is null
group by readings.course_id
