-- Conditions of a course for which it has no baseline on any of their scales.
-- Grain: site
select
    courses.site,
    count(*) filter (where measured.course_key is null) as n_violated,
    count(*) as n_checked
from outcome.course_conditions as conditions
inner join outcome.courses as courses on conditions.course_key = courses.course_key
left join outcome.course_scales as measured
    on
        conditions.course_key = measured.course_key
        and conditions.condition = measured.condition
        and measured.is_primary
where conditions.condition <> 'any'
group by courses.site
