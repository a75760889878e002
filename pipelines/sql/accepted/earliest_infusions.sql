-- The earliest infusion of each course that this import brings infusions of.
-- Grain: course_id
-- Assumption: a row that another column disqualifies still tells when an infusion was; a course that infusions are
-- added to had its first one at 0 when the store took it in.
with
all_infusions as (
    select course_id, minute from accepted.infusion_readings where minute is not null and course_id is not null
    union all
    select held.course_id, 0 as minute
    from live.infusions as held
    cross join ref.import_mode as mode
    semi join accepted.infusion_readings as readings on held.course_id = readings.course_id
    where mode.is_append
)

select course_id, min(minute) as earliest_minute
from all_infusions
group by course_id
