-- Groups in which courses with a baseline and those without, by reason, are not all that started.
-- Grain: condition, population, quarter, site, route, attribute, level
with
with_baseline as (
    select
        cells.condition,
        cells.population,
        cells.quarter,
        cells.site,
        cells.route,
        cells.attribute,
        cells.level,
        sum(baselines.n_with_baseline) as n_courses
    from published.baselines as baselines
    inner join published.cells as cells on baselines.cell_key = cells.cell_key
    where cells.scale = 'primary'
    group by all
),

without_baseline as (
    select condition, population, quarter, site, route, attribute, level, sum(n_courses) as n_courses
    from published.missing_baselines
    where scale = 'primary'
    group by all
)

select
    started.*,
    coalesce(with_baseline.n_courses, 0) as n_with_baseline,
    coalesce(without_baseline.n_courses, 0) as n_without_baseline
from published.started_courses as started
left join with_baseline using (condition, population, quarter, site, route, attribute, level)
left join without_baseline using (condition, population, quarter, site, route, attribute, level)
where
    started.condition <> 'any'
    and started.n_started <> coalesce(with_baseline.n_courses, 0) + coalesce(without_baseline.n_courses, 0)
