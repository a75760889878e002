-- Every combination of what published tables are divided by that any course has.
-- Grain: stratum_key
with
combinations as (
    select distinct
        scales.condition,
        scales.scale,
        scales.is_primary,
        scales.is_first_course,
        scales.entry_class,
        courses.period,
        courses.site,
        courses.route,
        attributes.attribute,
        attributes.level
    from outcome.course_scales as scales
    inner join outcome.courses as courses on scales.course_key = courses.course_key
    inner join outcome.course_attributes as attributes on scales.course_key = attributes.course_key
)

select cast(row_number() over (order by combinations) as integer) as stratum_key, combinations.*
from combinations
