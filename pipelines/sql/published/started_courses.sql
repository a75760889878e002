-- Courses started, whether or not any score was recorded; condition "any" is the program as a whole.
-- Grain: condition, population, quarter, site, route, attribute, level
select
    conditions.condition,
    populations.population,
    courses.period as quarter,
    courses.site,
    courses.route,
    attributes.attribute,
    attributes.level,
    count(*) as n_started
from outcome.course_conditions as conditions
inner join outcome.courses as courses on conditions.course_key = courses.course_key
inner join outcome.course_attributes as attributes on conditions.course_key = attributes.course_key
inner join ref.populations as populations on conditions.is_first_course = populations.is_first_course
group by
    conditions.condition, populations.population, courses.period, courses.site, courses.route,
    attributes.attribute, attributes.level
