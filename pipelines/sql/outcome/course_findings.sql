-- What was found at the infusions of each course, summed: of how many it was recorded, and the total.
-- Grain: course_key, infusion, finding
-- Units: rises in mmHg and per minute, to a thousandth; of all else the total is how many infusions had it
-- infusion: a number, the later ones together, or "all".
-- finding: infusion, that there was one; systolic_rise, diastolic_rise, heart_rate_rise, peak less before;
-- high_pressure and large_pressure_rise, either pressure reached its limit; adverse_event; stopped_early.
-- Assumption: a pressure is judged only where both the systolic and the diastolic are recorded, since one that was
-- recorded because it was high would make the share too large.
-- Reference: ref.pressure_limits (definitions/outcomes.toml)
with
judged as (
    select
        infusions.course_key,
        infusions.infusion_number,
        cast(infusions.systolic_peak - infusions.systolic_before as decimal(9, 3)) as systolic_rise,
        cast(infusions.diastolic_peak - infusions.diastolic_before as decimal(9, 3)) as diastolic_rise,
        cast(infusions.heart_rate_peak - infusions.heart_rate_before as decimal(9, 3)) as heart_rate_rise,
        case
            when infusions.systolic_peak is not null and infusions.diastolic_peak is not null
                then
                    infusions.systolic_peak >= limits.high_systolic
                    or infusions.diastolic_peak >= limits.high_diastolic
        end as has_high_pressure,
        case
            when systolic_rise is not null and diastolic_rise is not null
                then systolic_rise >= limits.large_systolic_rise or diastolic_rise >= limits.large_diastolic_rise
        end as has_large_pressure_rise,
        len(infusions.adverse_events) > 0 as has_adverse_event,
        infusions.stopped_early = 'yes' as is_stopped_early
    from outcome.infusions as infusions
    cross join ref.pressure_limits as limits
),

course_sums as (
    select
        judged.course_key,
        groups.infusion,
        count(*) as n_infusions,
        count(judged.systolic_rise) as n_systolic_rise,
        sum(judged.systolic_rise) as systolic_rise,
        count(judged.diastolic_rise) as n_diastolic_rise,
        sum(judged.diastolic_rise) as diastolic_rise,
        count(judged.heart_rate_rise) as n_heart_rate_rise,
        sum(judged.heart_rate_rise) as heart_rate_rise,
        count(judged.has_high_pressure) as n_high_pressure,
        count(*) filter (where judged.has_high_pressure) as high_pressure,
        count(judged.has_large_pressure_rise) as n_large_pressure_rise,
        count(*) filter (where judged.has_large_pressure_rise) as large_pressure_rise,
        count(judged.has_adverse_event) as n_adverse_event,
        count(*) filter (where judged.has_adverse_event) as adverse_event,
        count(judged.is_stopped_early) as n_stopped_early,
        count(*) filter (where judged.is_stopped_early) as stopped_early
    from judged
    inner join ref.infusion_groups as groups
        on
            judged.infusion_number >= groups.from_number
            and (groups.to_number is null or judged.infusion_number <= groups.to_number)
    group by judged.course_key, groups.infusion
),

findings as (
    select
        course_key,
        infusion,
        unnest([
            'infusion', 'systolic_rise', 'diastolic_rise', 'heart_rate_rise', 'high_pressure', 'large_pressure_rise',
            'adverse_event', 'stopped_early'
        ]) as finding,
        unnest([
            n_infusions, n_systolic_rise, n_diastolic_rise, n_heart_rate_rise, n_high_pressure, n_large_pressure_rise,
            n_adverse_event, n_stopped_early
        ]) as n_recorded,
        unnest([
            cast(n_infusions as decimal(18, 3)), systolic_rise, diastolic_rise, heart_rate_rise, high_pressure,
            large_pressure_rise, adverse_event, stopped_early
        ]) as total
    from course_sums
)

select
    course_key,
    infusion,
    finding,
    n_recorded,
    total
from findings
where n_recorded > 0
