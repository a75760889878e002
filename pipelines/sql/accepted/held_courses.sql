-- Readable courses of this import that the store already holds, and whether their values differ.
-- Grain: line
select
    readings.line,
    (
        readings.patient_id, readings.course_number, readings.conditions, readings.site, readings.period,
        readings.route, readings.setting, readings.age_band, readings.sex, readings.treatment_resistant,
        readings.planned_infusions, readings.ended_day, readings.end_reason, readings.attributes
    ) is distinct from (
        held.patient_id, held.course_number, held.conditions, held.site, held.period,
        held.route, held.setting, held.age_band, held.sex, held.treatment_resistant,
        held.planned_infusions, held.ended_day, held.end_reason, held.attributes
    ) as is_contradiction
from accepted.course_readings as readings
inner join live.courses as held on readings.course_id = held.course_id
where readings.rule is null
