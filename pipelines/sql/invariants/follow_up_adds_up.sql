-- Cells in which observed, missed, pending and not anchored do not add up to the courses in the population.
-- Grain: cell_key, window_name, rule
select
    responses.cell_key,
    responses.window_name,
    responses.rule,
    baselines.n_in_population,
    responses.n_observed + responses.n_missed + responses.n_pending + responses.n_not_anchored as n_judged
from published.responses as responses
left join published.baselines as baselines on responses.cell_key = baselines.cell_key
where
    baselines.n_in_population is distinct from
    responses.n_observed + responses.n_missed + responses.n_pending + responses.n_not_anchored
    or responses.n_met > responses.n_observed
