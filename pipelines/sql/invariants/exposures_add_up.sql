-- Cells in which the levels of an exposure do not add up to the courses judged, or to those who met the rule.
-- Grain: cell_key, exposure, window_name, rule
with
exposed as (
    select
        cell_key,
        exposure,
        window_name,
        rule,
        sum(n_observed) as n_observed,
        sum(n_missed) as n_missed,
        sum(n_pending) as n_pending,
        sum(n_not_anchored) as n_not_anchored,
        sum(n_met) as n_met
    from published.exposure_responses
    group by cell_key, exposure, window_name, rule
)

select exposed.*
from exposed
left join published.responses as responses
    on
        exposed.cell_key = responses.cell_key
        and exposed.window_name = responses.window_name
        and exposed.rule = responses.rule
where
    exposed.n_observed is distinct from responses.n_observed
    or exposed.n_missed is distinct from responses.n_missed
    or exposed.n_pending is distinct from responses.n_pending
    or exposed.n_not_anchored is distinct from responses.n_not_anchored
    or exposed.n_met is distinct from responses.n_met
