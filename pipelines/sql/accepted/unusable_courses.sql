-- Courses that rows of this import name and that cannot take them, with the reason.
-- Grain: course_id
with
named as (
    select course_id from landing.infusions where course_id is not null
    union
    select course_id from landing.scores where course_id is not null
),

usable as (
    select course_id from accepted.courses
    union
    select course_id from live.courses
),

in_quarantine as (
    select readings.course_id, bool_or(exceptions.rule = 'clock_not_at_first_infusion') as is_off_clock
    from accepted.course_exceptions as exceptions
    inner join accepted.course_readings as readings on exceptions.line = readings.line
    where exceptions.place = 'quarantined' and readings.course_id is not null
    group by readings.course_id
),

judged as (
    select
        named.course_id,
        case
            when earliest.earliest_minute <> 0 and (usable.course_id is not null or in_quarantine.course_id is not null)
                then 'clock_not_at_first_infusion'
            when usable.course_id is not null then null
            when in_quarantine.is_off_clock then 'clock_not_at_first_infusion'
            when in_quarantine.course_id is not null then 'course_in_quarantine'
            else 'unknown_course'
        end as rule
    from named
    left join usable on named.course_id = usable.course_id
    left join in_quarantine on named.course_id = in_quarantine.course_id
    left join accepted.earliest_infusions as earliest on named.course_id = earliest.course_id
)

select course_id, rule
from judged
where rule is not null
