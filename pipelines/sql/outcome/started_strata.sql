-- Every combination of what published tables are divided by that any course started has, with a score or without.
-- Grain: started_key
-- Condition "any" is the program as a whole.
with
combinations as (
    select distinct
        conditions.condition,
        conditions.is_first_course,
        courses.period,
        courses.site,
        courses.route,
        attributes.attribute,
        attributes.level
    from outcome.course_conditions as conditions
    inner join outcome.courses as courses on conditions.course_key = courses.course_key
    inner join outcome.course_attributes as attributes on conditions.course_key = attributes.course_key
)

select cast(row_number() over (order by combinations) as integer) as started_key, combinations.*
from combinations
