-- Keys that more than one readable score bears, and whether their values agree.
-- Grain: course_key, scale, rater, minute, timing
with
repeated_keys as (
    select course_key, scale, rater, minute, timing
    from accepted.score_readings
    where rule is null
    group by course_key, scale, rater, minute, timing
    having count(*) > 1
)

select
    keys.course_key,
    keys.scale,
    keys.rater,
    keys.minute,
    keys.timing,
    min(readings.line) as first_line,
    count(distinct (readings.score, readings.items, readings.infusion_number)) as n_versions
from repeated_keys as keys
inner join accepted.score_readings as readings
    on
        keys.course_key = readings.course_key
        and keys.scale = readings.scale
        and keys.rater = readings.rater
        and keys.minute = readings.minute
        and keys.timing is not distinct from readings.timing
        and readings.rule is null
group by keys.course_key, keys.scale, keys.rater, keys.minute, keys.timing
