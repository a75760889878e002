-- Responses of the courses in a population by what was recorded of the first infusion, within bands of dose and severity.
-- Grain: cell_key, exposure, level, dose_band_position, severity_band_position, window_name, rule
-- Units: bands as in outcome.stratum_exposure_responses; those of severity are the measured scale's own
select
    cell_strata.cell_key,
    cast(counts.exposure as varchar) as exposure,
    counts.level,
    counts.dose_band_position,
    counts.severity_band_position,
    cast(counts.window_name as varchar) as window_name,
    cast(counts.rule as varchar) as rule,
    cast(sum(counts.n_observed) as bigint) as n_observed,
    cast(sum(counts.n_missed) as bigint) as n_missed,
    cast(sum(counts.n_pending) as bigint) as n_pending,
    cast(sum(counts.n_not_anchored) as bigint) as n_not_anchored,
    cast(sum(counts.n_met) as bigint) as n_met
from outcome.cell_strata as cell_strata
inner join outcome.stratum_exposure_responses as counts on cell_strata.stratum_key = counts.stratum_key
where cell_strata.is_in_population
group by
    cell_strata.cell_key, counts.exposure, counts.level, counts.dose_band_position, counts.severity_band_position,
    counts.window_name, counts.rule
