-- Courses started without a baseline, by the reason; on a single scale only those with scores on it.
-- Grain: condition, population, quarter, site, route, attribute, level, scale, reason
with
started as (
    select
        missing.condition,
        conditions.is_first_course,
        courses.period as quarter,
        courses.site,
        courses.route,
        attributes.attribute,
        attributes.level,
        missing.scale,
        missing.reason,
        count(*) as n_courses
    from outcome.missing_baselines as missing
    inner join outcome.course_conditions as conditions
        on missing.course_key = conditions.course_key and missing.condition = conditions.condition
    inner join outcome.courses as courses on missing.course_key = courses.course_key
    inner join outcome.course_attributes as attributes on missing.course_key = attributes.course_key
    group by all
)

select populations.population, started.* exclude (is_first_course)
from started
inner join ref.populations as populations on started.is_first_course = populations.is_first_course
