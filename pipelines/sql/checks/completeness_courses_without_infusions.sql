-- Courses without a single infusion row.
-- Grain: site
select
    courses.site,
    count(*) filter (where inductions.n_infusions = 0) as n_violated,
    count(*) as n_checked
from outcome.courses as courses
inner join outcome.inductions as inductions on courses.course_key = inductions.course_key
group by courses.site
