-- Courses started, whether or not any score was recorded; condition "any" is the program as a whole.
-- Grain: condition, population, quarter, site, route, attribute, level
select
    condition,
    population,
    quarter,
    site,
    route,
    attribute,
    level,
    cast(sum(n_courses) as bigint) as n_started
from published.retentions
group by all
