-- Windows other than the headline that are over without a score on the course's primary scale.
-- Grain: site
-- Assumption: pending and not anchored windows are not checked; a course with two primary scales is checked on both.
with
primary_scales as (
    select distinct course_key, scale
    from outcome.course_scales
    where is_primary
)

select
    courses.site,
    count(*) filter (where outcomes.follow_up = 'missed') as n_violated,
    count(*) as n_checked
from outcome.window_outcomes as outcomes
inner join primary_scales
    on outcomes.course_key = primary_scales.course_key and outcomes.scale = primary_scales.scale
anti join ref.headline_window as headline on outcomes.window_name = headline.window_name
inner join outcome.courses as courses on outcomes.course_key = courses.course_key
where outcomes.follow_up in ('observed', 'missed')
group by courses.site
