-- The courses of a population by their chain: how all their windows stand together.
-- Grain: cell_key, chain_key
-- What a chain holds stands in published.chain_windows. Scales without per cents of change have no chains.
select
    cell_strata.cell_key,
    counts.chain_key,
    cast(sum(counts.n_courses) as bigint) as n_courses
from outcome.cell_strata as cell_strata
inner join outcome.stratum_chains as counts on cell_strata.stratum_key = counts.stratum_key
where cell_strata.is_in_population
group by cell_strata.cell_key, counts.chain_key
