-- What else is recorded of a course, one attribute a row; "all" stands for no further attribute.
-- Grain: course_key, attribute
-- Assumption: an attribute that no course records is no attribute; a blank one is "not recorded".
with
own_attributes as (
    select distinct unnest(map_keys(attributes)) as attribute
    from outcome.courses
),

levels as (
    select
        courses.course_key,
        unnest(['setting', 'age_band', 'sex', 'treatment_resistant']) as attribute,
        unnest([courses.setting, courses.age_band, courses.sex, courses.treatment_resistant]) as level
    from outcome.courses as courses
    union all
    select courses.course_key, own_attributes.attribute, courses.attributes[own_attributes.attribute] as level
    from outcome.courses as courses
    cross join own_attributes
    where own_attributes.attribute <> 'synthetic'
),

recorded as (
    select attribute
    from levels
    group by attribute
    having count(level) > 0
)

select course_key, 'all' as attribute, 'all' as level
from outcome.courses
union all
select levels.course_key, levels.attribute, coalesce(levels.level, 'not recorded') as level
from levels
semi join recorded on levels.attribute = recorded.attribute
