-- Cells and windows in which the chains do not hold the courses that the responses by each rule count.
-- Grain: cell_key, window_name, rule
-- Rules in per cent are met from the band on that begins at their edge.
with
stands as (
    select
        chains.cell_key,
        windows.window_name,
        windows.follow_up,
        windows.change_band,
        windows.is_in_remission,
        sum(chains.n_courses) as n_courses
    from published.band_chains as chains
    inner join published.chain_windows as windows on chains.chain_key = windows.chain_key
    group by chains.cell_key, windows.window_name, windows.follow_up, windows.change_band, windows.is_in_remission
),

last_bands as (
    select rules.scale, rules.rule, rules.kind, bands.band_position as last_band
    from ref.scale_rules as rules
    inner join ref.scales as scales on rules.scale = scales.scale
    left join ref.change_bands as bands on rules.kind = 'response' and bands.from_percent = 100 - rules.kept_percent
    where rules.kind in ('response', 'remission') and scales.metric = 'points'
),

by_rule as (
    select
        stands.cell_key,
        stands.window_name,
        rules.rule,
        sum(stands.n_courses) as n_in_population,
        coalesce(sum(stands.n_courses) filter (where stands.follow_up = 'observed'), 0) as n_observed,
        coalesce(sum(stands.n_courses) filter (where stands.follow_up = 'missed'), 0) as n_missed,
        coalesce(sum(stands.n_courses) filter (where stands.follow_up = 'pending'), 0) as n_pending,
        coalesce(
            sum(stands.n_courses) filter (
                where stands.change_band <= rules.last_band or (rules.kind = 'remission' and stands.is_in_remission)
            ), 0
        ) as n_met
    from stands
    inner join published.cells as cells on stands.cell_key = cells.cell_key
    inner join last_bands as rules on cells.measured_scale = rules.scale
    group by stands.cell_key, stands.window_name, rules.rule
)

select
    responses.cell_key,
    responses.window_name,
    responses.rule,
    by_rule.n_in_population,
    by_rule.n_observed,
    by_rule.n_missed,
    by_rule.n_pending,
    by_rule.n_met
from published.responses as responses
inner join published.cells as cells on responses.cell_key = cells.cell_key
inner join published.baselines as baselines on responses.cell_key = baselines.cell_key
inner join last_bands on cells.measured_scale = last_bands.scale and responses.rule = cast(last_bands.rule as varchar)
left join by_rule
    on
        responses.cell_key = by_rule.cell_key
        and responses.window_name = by_rule.window_name
        and responses.rule = cast(by_rule.rule as varchar)
where
    by_rule.n_in_population is distinct from baselines.n_in_population
    or by_rule.n_observed is distinct from responses.n_observed
    or by_rule.n_missed is distinct from responses.n_missed
    or by_rule.n_pending is distinct from responses.n_pending
    or by_rule.n_met is distinct from responses.n_met
