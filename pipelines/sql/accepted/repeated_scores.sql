-- Keys that more than one readable score bears, and whether their values agree.
-- Grain: course_id, scale, rater, minute, timing
with
-- Equal keys have equal fingerprints, so every course with a repeated key is here; comparing keys outright comes next.
suspected_courses as (
    select course_id
    from accepted.score_readings
    where rule is null
    group by course_id
    having len(list_distinct(list(hash(scale, rater, minute, timing)))) < count(*)
),

repeated_keys as (
    select readings.course_id, readings.scale, readings.rater, readings.minute, readings.timing
    from accepted.score_readings as readings
    semi join suspected_courses on readings.course_id = suspected_courses.course_id
    where readings.rule is null
    group by readings.course_id, readings.scale, readings.rater, readings.minute, readings.timing
    having count(*) > 1
)

select
    keys.course_id,
    keys.scale,
    keys.rater,
    keys.minute,
    keys.timing,
    min(readings.line) as first_line,
    count(distinct (readings.score, readings.items, readings.infusion_number)) as n_versions
from repeated_keys as keys
inner join accepted.score_readings as readings
    on
        keys.course_id = readings.course_id
        and keys.scale = readings.scale
        and keys.rater = readings.rater
        and keys.minute = readings.minute
        and keys.timing is not distinct from readings.timing
        and readings.rule is null
group by keys.course_id, keys.scale, keys.rater, keys.minute, keys.timing
