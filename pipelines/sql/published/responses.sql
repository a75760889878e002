-- Response and remission of the courses in a population, by window and rule.
-- Grain: cell_key, window_name, rule
-- Maintenance is known where the window is counted from the end of induction and there are infusion rows.
select
    cell_strata.cell_key,
    cast(counts.window_name as varchar) as window_name,
    cast(counts.rule as varchar) as rule,
    cast(sum(counts.n_observed) as bigint) as n_observed,
    cast(sum(counts.n_missed) as bigint) as n_missed,
    cast(sum(counts.n_pending) as bigint) as n_pending,
    cast(sum(counts.n_not_anchored) as bigint) as n_not_anchored,
    cast(sum(counts.n_met) as bigint) as n_met,
    cast(sum(counts.n_worse) as bigint) as n_worse,
    cast(sum(counts.n_on_maintenance) as bigint) as n_on_maintenance,
    cast(sum(counts.n_met_on_maintenance) as bigint) as n_met_on_maintenance,
    cast(sum(counts.n_without_maintenance) as bigint) as n_without_maintenance,
    cast(sum(counts.n_met_without_maintenance) as bigint) as n_met_without_maintenance
from outcome.cell_strata as cell_strata
inner join outcome.stratum_responses as counts on cell_strata.stratum_key = counts.stratum_key
where cell_strata.is_in_population
group by cell_strata.cell_key, counts.window_name, counts.rule
