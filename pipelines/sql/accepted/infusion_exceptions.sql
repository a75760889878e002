-- Landed infusions that are not accepted: where each ended and why.
-- Grain: line
-- Assumption: a row is judged by itself, then by its course, then against infusions at the same minute here and,
-- where the import only adds, in the store.
with
placed as (
    select
        readings.*,
        coalesce(readings.rule, unusable.rule) as own_rule,
        case when readings.rule is null then 'course_id' else readings.column_name end as own_column
    from accepted.infusion_readings as readings
    left join accepted.unusable_courses as unusable on readings.course_id = unusable.course_id
),

suspected_courses as (
    select course_id
    from placed
    where own_rule is null
    group by course_id
    having len(list_distinct(list(minute))) < count(*)
),

repeated_minutes as (
    select placed.course_id, placed.minute
    from placed
    semi join suspected_courses on placed.course_id = suspected_courses.course_id
    where placed.own_rule is null
    group by placed.course_id, placed.minute
    having count(*) > 1
),

namesakes as (
    select
        placed.course_id,
        placed.minute,
        min(placed.line) as first_line,
        count(distinct (
            placed.infusion_number, placed.route, placed.dose_mg, placed.dose_mg_per_kg, placed.duration_minutes,
            placed.dissociation_score, placed.experience, placed.systolic_before, placed.systolic_peak,
            placed.diastolic_before, placed.diastolic_peak, placed.heart_rate_before, placed.heart_rate_peak,
            placed.adverse_events, placed.stopped_early, placed.preparation_session, placed.integration_session
        )) as n_versions
    from placed
    semi join repeated_minutes
        on placed.course_id = repeated_minutes.course_id and placed.minute = repeated_minutes.minute
    where placed.own_rule is null
    group by placed.course_id, placed.minute
),

added_again as (
    select held.line
    from accepted.held_infusions as held
    cross join ref.import_mode as mode
    where mode.is_append
)

select line, 'quarantined' as place, own_rule as rule, own_column as column_name
from placed
where own_rule is not null
union all
select
    placed.line,
    case when namesakes.n_versions > 1 then 'quarantined' else 'duplicate' end as place,
    case when namesakes.n_versions > 1 then 'conflicting_duplicate' end as rule,
    case when namesakes.n_versions > 1 then 'course_id' end as column_name
from placed
left join namesakes on placed.course_id = namesakes.course_id and placed.minute = namesakes.minute
left join added_again on placed.line = added_again.line
where
    placed.own_rule is null
    and (
        namesakes.n_versions > 1
        or placed.line > namesakes.first_line
        or added_again.line is not null
    )
