-- Accepted infusions.
-- Grain: course_id, minute
-- Kept as: view
-- Units: minute from the start of the course's first infusion, dose in mg, duration in minutes, pressure in
-- mmHg, heart rate per minute
select readings.* exclude (line, rule, column_name)
from accepted.infusion_readings as readings
anti join accepted.infusion_exceptions as exceptions on readings.line = exceptions.line
