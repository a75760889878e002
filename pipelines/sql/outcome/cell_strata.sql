-- Which strata make up a published cell, and whether their courses are in the cell's population.
-- Grain: cell_key, stratum_key
-- Assumption: a course counts under its condition's primary scale, and under every scale it has a baseline on;
-- a population with the entry cut holds the eligible, one without also those below it, none a baseline of 0.
select
    cells.cell_key,
    strata.stratum_key,
    strata.entry_class,
    strata.entry_class = 'eligible' or (strata.entry_class = 'below_entry' and not populations.needs_entry_cut)
        as is_in_population
from outcome.strata as strata
inner join ref.populations as populations on strata.is_first_course = populations.is_first_course
inner join published.cells as cells
    on
        strata.condition = cells.condition
        and strata.scale = cells.measured_scale
        and populations.population = cells.population
        and strata.period = cells.quarter
        and strata.site = cells.site
        and strata.route = cells.route
        and strata.attribute = cells.attribute
        and strata.level = cells.level
        and (strata.is_primary or cells.scale <> 'primary')
