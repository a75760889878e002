-- Early improvement and later response of the courses in a population.
-- Grain: cell_key, early_window, window_name, rule, early_state, follow_up, is_met
-- early_state and follow_up as in outcome.early_improvements; is_met only where the later window was observed.
select
    cell_strata.cell_key,
    cast(counts.early_window as varchar) as early_window,
    cast(counts.window_name as varchar) as window_name,
    cast(counts.rule as varchar) as rule,
    cast(counts.early_state as varchar) as early_state,
    cast(counts.follow_up as varchar) as follow_up,
    counts.is_met,
    cast(sum(counts.n_courses) as bigint) as n_courses
from outcome.cell_strata as cell_strata
inner join outcome.stratum_early_improvements as counts on cell_strata.stratum_key = counts.stratum_key
where cell_strata.is_in_population
group by
    cell_strata.cell_key, counts.early_window, counts.window_name, counts.rule, counts.early_state, counts.follow_up,
    counts.is_met
