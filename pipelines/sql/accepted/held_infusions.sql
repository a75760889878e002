-- Readable infusions of this import whose course and minute the store already holds, and whether their values differ.
-- Grain: line
select
    readings.line,
    (
        readings.infusion_number, readings.route, readings.dose_mg, readings.dose_mg_per_kg,
        readings.duration_minutes, readings.dissociation_score, readings.experience, readings.systolic_before,
        readings.systolic_peak, readings.diastolic_before, readings.diastolic_peak, readings.heart_rate_before,
        readings.heart_rate_peak, readings.adverse_events, readings.stopped_early,
        readings.preparation_session, readings.integration_session
    ) is distinct from (
        held.infusion_number, held.route, held.dose_mg, held.dose_mg_per_kg,
        held.duration_minutes, held.dissociation_score, held.experience, held.systolic_before,
        held.systolic_peak, held.diastolic_before, held.diastolic_peak, held.heart_rate_before,
        held.heart_rate_peak, held.adverse_events, held.stopped_early,
        held.preparation_session, held.integration_session
    ) as is_contradiction
from accepted.infusion_readings as readings
inner join live.infusions as held on readings.course_id = held.course_id and readings.minute = held.minute
where readings.rule is null
