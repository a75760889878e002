-- Accepted courses.
-- Grain: course_id
-- Units: ended_day in days from the first infusion
select readings.* exclude (line, rule, column_name)
from accepted.course_readings as readings
anti join accepted.course_exceptions as exceptions on readings.line = exceptions.line
