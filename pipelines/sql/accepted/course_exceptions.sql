-- Landed courses that are not accepted: where each ended and why.
-- Grain: line
-- Assumption: a row is judged by itself first, then by its course's clock, then against its namesakes here and,
-- where the import only adds, in the store; it ends in the first place that takes it.
with
readable as (
    select
        readings.*,
        coalesce(earliest.earliest_minute, 0) <> 0 as is_off_clock
    from accepted.course_readings as readings
    left join accepted.earliest_infusions as earliest on readings.course_id = earliest.course_id
    where readings.rule is null
),

added_again as (
    select held.line
    from accepted.held_courses as held
    cross join ref.import_mode as mode
    where mode.is_append
)

select line, 'quarantined' as place, rule, column_name
from accepted.course_readings
where rule is not null
union all
select line, 'quarantined' as place, 'clock_not_at_first_infusion' as rule, 'course_id' as column_name
from readable
where is_off_clock
union all
select
    readable.line,
    case when namesakes.n_versions > 1 then 'quarantined' else 'duplicate' end as place,
    case when namesakes.n_versions > 1 then 'conflicting_duplicate' end as rule,
    case when namesakes.n_versions > 1 then 'course_id' end as column_name
from readable
left join accepted.repeated_courses as namesakes on readable.course_id = namesakes.course_id
left join added_again on readable.line = added_again.line
where
    not readable.is_off_clock
    and (
        namesakes.n_versions > 1
        or readable.line > namesakes.first_line
        or added_again.line is not null
    )
