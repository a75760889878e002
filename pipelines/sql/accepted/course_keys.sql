-- Every course that a row of this import may belong to: new here, held by the store, or in quarantine.
-- Grain: course_id
-- Units: course_key, a dense number for joins within this import
with
candidates as (
    select course_id, null as refusal from accepted.courses
    union all
    select course_id, null as refusal from live.courses
    union all
    select
        readings.course_id,
        case exceptions.rule when 'clock_not_at_first_infusion' then exceptions.rule else 'course_in_quarantine' end
            as refusal
    from accepted.course_exceptions as exceptions
    inner join accepted.course_readings as readings on exceptions.line = readings.line
    where exceptions.place = 'quarantined' and readings.course_id is not null
),

-- A course is usable if any of its lines was accepted; off its clock, none can be placed.
settled as (
    select
        candidates.course_id,
        case
            when coalesce(any_value(earliest.earliest_minute), 0) <> 0 then 'clock_not_at_first_infusion'
            when count(*) filter (where candidates.refusal is null) > 0 then null
            else min(candidates.refusal)
        end as refusal
    from candidates
    left join accepted.earliest_infusions as earliest on candidates.course_id = earliest.course_id
    group by candidates.course_id
)

select cast(row_number() over (order by course_id) as integer) as course_key, course_id, refusal
from settled
