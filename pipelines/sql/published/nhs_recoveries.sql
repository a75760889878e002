-- Courses started by how they stand for recovery as NHS Talking Therapies reports it; condition "any" is every course
-- given for one of the rule's conditions, counted once.
-- Grain: condition, population, quarter, site, route, attribute, level, standing
-- n_with_first: with a first score on every measure; n_paired: with a last one too. The other counts are among those.
with
conditions as (
    select given.course_key, given.condition, given.is_first_course
    from outcome.course_conditions as given
    inner join ref.nhs_conditions as counted on given.condition = counted.condition
),

groups as (
    select course_key, condition, is_first_course
    from conditions
    union all
    select course_key, 'any' as condition, bool_or(is_first_course) as is_first_course
    from conditions
    group by course_key
),

started as (
    select
        groups.condition,
        groups.is_first_course,
        courses.period as quarter,
        courses.site,
        courses.route,
        attributes.attribute,
        attributes.level,
        recoveries.standing,
        count(*) as n_courses,
        count(*) filter (where recoveries.has_first) as n_with_first,
        count(*) filter (where recoveries.has_last) as n_paired,
        count(*) filter (where recoveries.is_at_caseness) as n_at_caseness,
        count(*) filter (where recoveries.is_at_caseness and recoveries.has_last) as n_at_caseness_paired,
        count(*) filter (where recoveries.is_recovered) as n_recovered,
        count(*) filter (where recoveries.is_recovered and recoveries.is_reliably_improved) as n_reliably_recovered,
        count(*) filter (where recoveries.is_reliably_improved) as n_reliably_improved,
        count(*) filter (where recoveries.is_reliably_deteriorated) as n_reliably_deteriorated,
        count(*) filter (where recoveries.is_last_before_end) as n_last_before_end
    from groups
    inner join outcome.courses as courses on groups.course_key = courses.course_key
    inner join outcome.course_attributes as attributes on groups.course_key = attributes.course_key
    inner join outcome.nhs_recoveries as recoveries on groups.course_key = recoveries.course_key
    group by all
)

select populations.population, started.* exclude (is_first_course)
from started
inner join ref.populations as populations on started.is_first_course = populations.is_first_course
