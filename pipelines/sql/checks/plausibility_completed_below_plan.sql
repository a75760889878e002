-- Courses that ended as completed with fewer infusions than were planned.
-- Grain: site
-- Assumption: a course without infusion rows is not checked.
select
    courses.site,
    count(*) filter (where inductions.n_infusions < courses.planned_infusions) as n_violated,
    count(*) as n_checked
from outcome.courses as courses
inner join outcome.inductions as inductions on courses.course_key = inductions.course_key
where
    courses.end_reason = 'completed'
    and courses.planned_infusions is not null
    and inductions.n_infusions > 0
group by courses.site
