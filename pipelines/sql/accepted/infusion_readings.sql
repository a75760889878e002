-- Landed infusions read as typed values, each with the first rule that it breaks by itself.
-- Grain: line
-- Units: minute from the start of the course's first infusion, dose in mg, duration in minutes, pressure in
-- mmHg, heart rate per minute
with
source_faults as (
    select line, rule, column_name
    from landing.faults
    where table_name = 'infusions'
),

clocks as (
    select time_column, minutes_per_unit
    from landing.clocks
    where table_name = 'infusions'
),

yes_no as (
    select code, meaning
    from ref.codes
    where table_name = 'infusions' and column_name = 'stopped_early'
),

timed as (
    select
        infusions.*,
        clocks.time_column,
        case
            when not contains(infusions.time, '_') and isfinite(try_cast(infusions.time as double))
                then try_cast(infusions.time as double) * clocks.minutes_per_unit
        end as exact_minute
    from landing.infusions as infusions
    cross join clocks
)

select
    timed.line,
    timed.course_id,
    case
        when timed.exact_minute between parameters.earliest_minute and parameters.latest_minute
            then cast(round(timed.exact_minute) as integer)
    end as minute,
    try_cast(timed.infusion_number as integer) as infusion_number,
    timed.route as route,
    try_cast(timed.dose_mg as double) as dose_mg,
    try_cast(timed.dose_mg_per_kg as double) as dose_mg_per_kg,
    try_cast(timed.duration_minutes as double) as duration_minutes,
    try_cast(timed.dissociation_score as double) as dissociation_score,
    timed.experience as experience,
    try_cast(timed.systolic_before as double) as systolic_before,
    try_cast(timed.systolic_peak as double) as systolic_peak,
    try_cast(timed.diastolic_before as double) as diastolic_before,
    try_cast(timed.diastolic_peak as double) as diastolic_peak,
    try_cast(timed.heart_rate_before as double) as heart_rate_before,
    try_cast(timed.heart_rate_peak as double) as heart_rate_peak,
    list_sort(list_distinct(list_filter(
        list_transform(string_split(timed.adverse_events, ';'), lambda part: trim(part)), lambda part: part <> ''
    ))) as adverse_events,
    stopped.meaning as stopped_early,
    preparation.meaning as preparation_session,
    integration.meaning as integration_session,
    case
        when source_faults.rule is not null then source_faults.rule
        when timed.course_id is null or timed.time is null then 'missing_key'
        when timed.exact_minute is null then 'not_a_number'
        when timed.exact_minute not between parameters.earliest_minute and parameters.latest_minute
            then 'impossible_time'
        else first_faults.rule
    end as rule,
    case
        when source_faults.rule is not null then source_faults.column_name
        when timed.course_id is null then 'course_id'
        when
            timed.exact_minute is null
            or timed.exact_minute not between parameters.earliest_minute and parameters.latest_minute
            then timed.time_column
        else first_faults.column_name
    end as column_name
from timed
cross join ref.parameters as parameters
left join source_faults on timed.line = source_faults.line
left join accepted.first_faults as first_faults
    on timed.line = first_faults.line and first_faults.table_name = 'infusions'
left join yes_no as stopped on timed.stopped_early = stopped.code
left join yes_no as preparation on timed.preparation_session = preparation.code
left join yes_no as integration on timed.integration_session = integration.code
