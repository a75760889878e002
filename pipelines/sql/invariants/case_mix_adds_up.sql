-- Cells whose responses by case mix are not the responses of the cell.
-- Grain: cell_key, window_name, rule
with
mixes as (
    select
        cell_key,
        window_name,
        rule,
        sum(n_observed) as n_observed,
        sum(n_missed) as n_missed,
        sum(n_pending) as n_pending,
        sum(n_not_anchored) as n_not_anchored,
        sum(n_met) as n_met
    from published.case_mix_responses
    group by cell_key, window_name, rule
)

select responses.cell_key, responses.window_name, responses.rule
from published.responses as responses
inner join published.cells as cells on responses.cell_key = cells.cell_key and cells.attribute = 'all'
left join mixes
    on
        responses.cell_key = mixes.cell_key
        and responses.window_name = mixes.window_name
        and responses.rule = mixes.rule
where
    (responses.n_observed, responses.n_missed, responses.n_pending, responses.n_not_anchored, responses.n_met)
    is distinct from
    (mixes.n_observed, mixes.n_missed, mixes.n_pending, mixes.n_not_anchored, mixes.n_met)
