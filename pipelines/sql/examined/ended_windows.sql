-- Windows that are over, of courses on their primary scales, counted by site for checks.
-- Grain: site, window_name
-- Assumption: pending and not anchored windows are not counted; a course with two primary scales is counted on both.
with
primary_scales as (
    select distinct course_key, scale
    from outcome.course_scales
    where is_primary
)

select
    courses.site,
    outcomes.window_name,
    count(*) filter (where outcomes.follow_up = 'missed') as n_missed,
    count(*) as n_ended
from outcome.window_outcomes as outcomes
inner join primary_scales
    on outcomes.course_key = primary_scales.course_key and outcomes.scale = primary_scales.scale
inner join outcome.courses as courses on outcomes.course_key = courses.course_key
where outcomes.follow_up in ('observed', 'missed')
group by courses.site, outcomes.window_name
