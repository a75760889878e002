-- Every quarantined row of the import: where it stood, the rule it broke, and what was found there.
-- Grain: table_name, row_key
-- Assumption: file, line and column are those that the user sees. A value is kept only if it reads as a number
-- of at most four digits, since longer ones may be a record number, a telephone number, a postal code or a day; of any
-- other text only its length is told. Where courses are derived from a mapped table, its id is ours and nobody wrote
-- it: nothing is told of it, unless what stands for it is blank. Whose row it is stands there for `outcomes forget`.
with
clocks as (
    select
        max(time_column) filter (where table_name = 'infusions') as infusion_time_column,
        max(time_column) filter (where table_name = 'scores') as score_time_column
    from landing.clocks
),

courses as (
    select
        'courses' as table_name,
        exceptions.line,
        exceptions.rule,
        exceptions.column_name,
        case exceptions.column_name
            when 'course_id' then landed.course_id
            when 'course_number' then landed.course_number
            when 'conditions' then landed.conditions
            when 'quarter' then landed.quarter
            when 'year' then landed.year
            when 'route' then landed.route
            when 'setting' then landed.setting
            when 'age_band' then landed.age_band
            when 'sex' then landed.sex
            when 'treatment_resistant' then landed.treatment_resistant
            when 'planned_infusions' then landed.planned_infusions
            when 'ended_day' then landed.ended_day
            when 'end_reason' then landed.end_reason
        end as cell,
        null as suggestion
    from accepted.course_exceptions as exceptions
    inner join landing.courses as landed on exceptions.line = landed.line
    where exceptions.place = 'quarantined'
),

infusions as (
    select
        'infusions' as table_name,
        exceptions.line,
        exceptions.rule,
        exceptions.column_name,
        case exceptions.column_name
            when 'course_id' then landed.course_id
            when clocks.infusion_time_column then landed.time
            when 'infusion_number' then landed.infusion_number
            when 'route' then landed.route
            when 'dose_mg' then landed.dose_mg
            when 'dose_mg_per_kg' then landed.dose_mg_per_kg
            when 'duration_minutes' then landed.duration_minutes
            when 'dissociation_score' then landed.dissociation_score
            when 'experience' then landed.experience
            when 'systolic_before' then landed.systolic_before
            when 'systolic_peak' then landed.systolic_peak
            when 'diastolic_before' then landed.diastolic_before
            when 'diastolic_peak' then landed.diastolic_peak
            when 'heart_rate_before' then landed.heart_rate_before
            when 'heart_rate_peak' then landed.heart_rate_peak
            when 'adverse_events' then landed.adverse_events
            when 'stopped_early' then landed.stopped_early
            when 'preparation_session' then landed.preparation_session
            when 'integration_session' then landed.integration_session
        end as cell,
        null as suggestion
    from accepted.infusion_exceptions as exceptions
    inner join landing.infusions as landed on exceptions.line = landed.line
    cross join clocks
    where exceptions.place = 'quarantined'
),

scores as (
    select
        'scores' as table_name,
        exceptions.line,
        exceptions.rule,
        exceptions.column_name,
        case exceptions.column_name
            when 'course_id' then landed.course_id
            when 'scale' then landed.scale
            when clocks.score_time_column then landed.time
            when 'total' then landed.total
            when 'rater' then landed.rater
            when 'timing' then landed.timing
            when 'infusion_number' then landed.infusion_number
            when 'day_resolution' then landed.day_resolution
            else landed.items[try_cast(regexp_extract(exceptions.column_name, '^item_(\d+)$', 1) as integer)]
        end as cell,
        case when exceptions.rule = 'near_miss_scale' then names.suggestion end as suggestion
    from accepted.score_exceptions as exceptions
    inner join landing.scores as landed on exceptions.line = landed.line
    left join landing.scale_names as names on landed.scale = names.name
    cross join clocks
    where exceptions.place = 'quarantined'
),

quarantined as (
    select * from courses
    union all
    select * from infusions
    union all
    select * from scores
)

select
    coalesce(origins.file_name, files.file_name) as file_name,
    quarantined.table_name,
    quarantined.line as row_key,
    coalesce(
        faults.source_line,
        origins.item_lines[try_cast(regexp_extract(quarantined.column_name, '^item_(\d+)$', 1) as integer)],
        origins.source_line,
        quarantined.line
    ) as line,
    quarantined.rule,
    coalesce(names.source_column, quarantined.column_name) as column_name,
    case
        when faults.found is not null then faults.found
        when origins.line is not null and quarantined.column_name = 'course_id' and quarantined.rule <> 'missing_key'
            then ''
        when quarantined.cell is null then 'blank'
        when try_cast(quarantined.cell as double) is not null
            then case
                when regexp_matches(quarantined.cell, '^([^0-9]*[0-9]){5}')
                    then 'number, ' || len(regexp_replace(quarantined.cell, '[^0-9]', '', 'g')) || ' digits'
                else quarantined.cell
            end
        when len(quarantined.cell) = 1 then 'text, 1 character'
        else 'text, ' || len(quarantined.cell) || ' characters'
    end as found,
    quarantined.suggestion,
    patients.course_id,
    patients.patient_id
from quarantined
inner join accepted.row_patients as patients
    on quarantined.table_name = patients.table_name and quarantined.line = patients.line
inner join landing.files as files on quarantined.table_name = files.table_name
left join landing.origins as origins
    on quarantined.table_name = origins.table_name and quarantined.line = origins.line
left join landing.origin_columns as names
    on
        origins.table_name = names.table_name
        and origins.origin = names.origin
        and quarantined.column_name = names.column_name
left join landing.faults as faults on quarantined.table_name = faults.table_name and quarantined.line = faults.line
