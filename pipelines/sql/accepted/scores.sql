-- Accepted scores.
-- Grain: course_id, scale, rater, minute, timing
-- Kept as: view
-- Units: minute from the start of the course's first infusion; score in the scale's units, units_per_point to a point
with
resolutions as (
    select bool_or(is_whole_day) and not bool_or(is_part_day) as is_day_resolution
    from accepted.score_readings
)

select
    readings.course_id,
    readings.scale,
    readings.rater,
    readings.minute,
    readings.timing,
    readings.infusion_number,
    readings.score,
    readings.items,
    readings.n_answered,
    readings.is_prorated,
    coalesce(readings.is_known_by_day, resolutions.is_day_resolution, false) as is_day_resolution
from accepted.score_readings as readings
cross join resolutions
anti join accepted.score_exceptions as exceptions on readings.line = exceptions.line
where readings.rule is null
