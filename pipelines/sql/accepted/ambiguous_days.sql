-- Course, scale and rater with several scores on day 0 where times are whole days: an unlabelled one among them
-- could be from before or after the infusion.
-- Grain: course_id, scale, rater
-- Assumption: where a source says of each score whether only its day is known, that holds; else the whole file decides.
with
resolutions as (
    select bool_or(is_whole_day) and not bool_or(is_part_day) as is_day_resolution
    from accepted.score_readings
)

select readings.course_id, readings.scale, readings.rater
from accepted.score_readings as readings
cross join resolutions
where
    readings.rule is null
    and readings.minute = 0
    and coalesce(readings.is_known_by_day, resolutions.is_day_resolution)
group by readings.course_id, readings.scale, readings.rater
having count(*) > 1
