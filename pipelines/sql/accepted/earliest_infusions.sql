-- The earliest infusion of each course that this import brings infusions of, here or already in the store.
-- Grain: course_id
-- Assumption: a row that another column disqualifies still tells when an infusion was.
with
all_infusions as (
    select course_id, minute from accepted.infusion_readings where minute is not null and course_id is not null
    union all
    select held.course_id, held.minute
    from live.infusions as held
    semi join accepted.infusion_readings as readings on held.course_id = readings.course_id
)

select course_id, min(minute) as earliest_minute
from all_infusions
group by course_id
