-- Rows that give a course, an infusion or a score that the store already holds, but with other values.
-- Grain: table_name, line
with
contradicting_courses as (
    select readings.line
    from accepted.course_readings as readings
    inner join live.courses as held on readings.course_id = held.course_id
    where
        readings.rule is null
        and (
            readings.patient_id, readings.course_number, readings.conditions, readings.site, readings.period,
            readings.route, readings.setting, readings.age_band, readings.sex, readings.treatment_resistant,
            readings.planned_infusions, readings.ended_day, readings.end_reason, readings.attributes
        ) is distinct from (
            held.patient_id, held.course_number, held.conditions, held.site, held.period,
            held.route, held.setting, held.age_band, held.sex, held.treatment_resistant,
            held.planned_infusions, held.ended_day, held.end_reason, held.attributes
        )
),

contradicting_infusions as (
    select readings.line
    from accepted.infusion_readings as readings
    inner join live.infusions as held on readings.course_id = held.course_id and readings.minute = held.minute
    where
        readings.rule is null
        and (
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
        )
)

select 'courses' as table_name, line from contradicting_courses
union all
select 'infusions' as table_name, line from contradicting_infusions
union all
select 'scores' as table_name, line from accepted.held_scores where is_contradiction
