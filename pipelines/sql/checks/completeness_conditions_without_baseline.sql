-- Conditions of a course for which it has no baseline on any of their scales, those that stand apart included.
-- Grain: site
with
measured as (
    select distinct course_scales.course_key, course_scales.condition
    from outcome.course_scales as course_scales
    inner join ref.condition_scales as condition_scales
        on course_scales.condition = condition_scales.condition and course_scales.scale = condition_scales.scale
)

select
    courses.site,
    count(*) filter (where measured.course_key is null) as n_violated,
    count(*) as n_checked
from outcome.course_conditions as conditions
inner join outcome.courses as courses on conditions.course_key = courses.course_key
left join measured on conditions.course_key = measured.course_key and conditions.condition = measured.condition
where conditions.condition <> 'any'
group by courses.site
