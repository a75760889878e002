-- At how many infusions of each course each adverse event was recorded, beside those of which any was or none was said.
-- Grain: course_key, adverse_event
-- n_recorded is that of the course's infusions with the field recorded.
with
recorded as (
    select course_key, count(*) as n_recorded
    from outcome.infusions
    where adverse_events is not null
    group by course_key
),

events as (
    select course_key, unnest(adverse_events) as adverse_event
    from outcome.infusions
)

select
    events.course_key,
    events.adverse_event,
    any_value(recorded.n_recorded) as n_recorded,
    count(*) as n_infusions
from events
inner join recorded on events.course_key = recorded.course_key
group by events.course_key, events.adverse_event
