-- At how many infusions of courses started each adverse event was recorded, as sums over courses.
-- Grain: started_key, adverse_event
-- How many infusions have the field recorded stands in published.infusion_findings, under adverse_event and all: a
-- course without the event adds nothing here.
select
    members.started_key,
    events.adverse_event,
    cast(count(*) as integer) as n_courses,
    cast(sum(events.n_infusions) as bigint) as total_sum,
    cast(sum(events.n_infusions * events.n_infusions) as bigint) as total_square_sum,
    cast(sum(events.n_recorded * events.n_infusions) as bigint) as cross_sum
from outcome.started_members as members
inner join outcome.course_adverse_events as events on members.course_key = events.course_key
group by members.started_key, events.adverse_event
