-- Which course counts in which stratum: once for each condition, scale and attribute.
-- Grain: stratum_key, course_key
select
    strata.stratum_key,
    scales.course_key,
    scales.scale
from outcome.course_scales as scales
inner join outcome.courses as courses on scales.course_key = courses.course_key
inner join outcome.course_attributes as attributes on scales.course_key = attributes.course_key
inner join outcome.strata as strata
    on
        scales.condition = strata.condition
        and scales.scale = strata.scale
        and scales.is_primary = strata.is_primary
        and scales.is_first_course = strata.is_first_course
        and scales.entry_class = strata.entry_class
        and courses.period = strata.period
        and courses.site = strata.site
        and courses.route = strata.route
        and attributes.attribute = strata.attribute
        and attributes.level = strata.level
