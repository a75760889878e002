-- The cells of published counts of courses started, with a score or without, and which population they are in.
-- Grain: population, started_key
-- Courses below the entry cut and without a baseline count too: populations with the cut and without hold the same.
-- Condition "any" is the program as a whole.
select
    populations.population,
    strata.started_key,
    strata.condition,
    strata.period as quarter,
    strata.site,
    strata.route,
    strata.attribute,
    strata.level
from outcome.started_strata as strata
inner join ref.populations as populations on strata.is_first_course = populations.is_first_course
