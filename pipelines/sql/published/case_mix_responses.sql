-- Response and remission of the courses in a population by their case mix, in cells without a further attribute.
-- Grain: cell_key, band_position, treatment_resistant, is_in_program, window_name, rule
-- band_position: the band of the baseline on the measured scale, 0 where it has none
-- is_in_program: with it, sums over conditions hold each course of the program once.
select
    cell_strata.cell_key,
    counts.band_position,
    counts.treatment_resistant,
    counts.is_in_program,
    cast(counts.window_name as varchar) as window_name,
    cast(counts.rule as varchar) as rule,
    cast(sum(counts.n_observed) as bigint) as n_observed,
    cast(sum(counts.n_missed) as bigint) as n_missed,
    cast(sum(counts.n_pending) as bigint) as n_pending,
    cast(sum(counts.n_not_anchored) as bigint) as n_not_anchored,
    cast(sum(counts.n_met) as bigint) as n_met
from outcome.cell_strata as cell_strata
inner join outcome.stratum_case_mixes as counts on cell_strata.stratum_key = counts.stratum_key
where cell_strata.is_in_population
group by
    cell_strata.cell_key, counts.band_position, counts.treatment_resistant, counts.is_in_program,
    counts.window_name, counts.rule
