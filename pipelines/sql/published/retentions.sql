-- Courses started by the number of induction infusions that they received, and why there were no more; condition "any"
-- is the program as a whole.
-- Grain: condition, population, quarter, site, route, attribute, level, n_infusions, ending, is_induction_closed
with
started as (
    select
        conditions.condition,
        conditions.is_first_course,
        courses.period as quarter,
        courses.site,
        courses.route,
        attributes.attribute,
        attributes.level,
        retentions.n_induction_infusions as n_infusions,
        retentions.ending,
        retentions.is_induction_closed,
        count(*) as n_courses
    from outcome.course_conditions as conditions
    inner join outcome.courses as courses on conditions.course_key = courses.course_key
    inner join outcome.course_attributes as attributes on conditions.course_key = attributes.course_key
    inner join outcome.retentions as retentions on conditions.course_key = retentions.course_key
    group by all
)

select populations.population, started.* exclude (is_first_course)
from started
inner join ref.populations as populations on started.is_first_course = populations.is_first_course
