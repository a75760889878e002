-- Courses without a single infusion row.
-- Grain: site
select
    courses.site,
    count(*) filter (where infused.course_key is null) as n_violated,
    count(*) as n_checked
from outcome.courses as courses
left join (select distinct course_key from accepted.infusions) as infused on courses.course_key = infused.course_key
group by courses.site
