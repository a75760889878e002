-- Cells in which early improvement does not add up to the follow-up of the later window.
-- Grain: cell_key, early_window, window_name, rule
with
judged as (
    select
        cell_key,
        early_window,
        window_name,
        rule,
        coalesce(sum(n_courses) filter (where follow_up = 'observed'), 0) as n_observed,
        coalesce(sum(n_courses) filter (where follow_up = 'missed'), 0) as n_missed,
        coalesce(sum(n_courses) filter (where follow_up = 'pending'), 0) as n_pending,
        coalesce(sum(n_courses) filter (where follow_up = 'not_anchored'), 0) as n_not_anchored,
        coalesce(sum(n_courses) filter (where is_met), 0) as n_met
    from published.early_improvements
    group by cell_key, early_window, window_name, rule
)

select judged.cell_key, judged.early_window, judged.window_name, judged.rule
from judged
left join published.responses as responses
    on
        judged.cell_key = responses.cell_key
        and judged.window_name = responses.window_name
        and judged.rule = responses.rule
where
    judged.n_observed is distinct from responses.n_observed
    or judged.n_missed is distinct from responses.n_missed
    or judged.n_pending is distinct from responses.n_pending
    or judged.n_not_anchored is distinct from responses.n_not_anchored
    or judged.n_met is distinct from responses.n_met
