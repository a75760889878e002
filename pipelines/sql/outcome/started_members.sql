-- Which course started counts in which combination: once for each condition, the program as a whole and attribute.
-- Grain: started_key, course_key
select strata.started_key, conditions.course_key
from outcome.course_conditions as conditions
inner join outcome.courses as courses on conditions.course_key = courses.course_key
inner join outcome.course_attributes as attributes on conditions.course_key = attributes.course_key
inner join outcome.started_strata as strata
    on
        conditions.condition = strata.condition
        and conditions.is_first_course = strata.is_first_course
        and courses.period = strata.period
        and courses.site = strata.site
        and courses.route = strata.route
        and attributes.attribute = strata.attribute
        and attributes.level = strata.level
