-- Cells whose onset intervals do not add up to the courses in the population, or run backwards.
-- Grain: cell_key, rule, kind
with
totals as (
    select
        cell_key,
        rule,
        kind,
        sum(n_courses) as n_courses,
        bool_or(right_minute <= left_minute) as is_backwards
    from published.onsets
    group by cell_key, rule, kind
)

select totals.cell_key, totals.rule, totals.kind, totals.n_courses, baselines.n_in_population
from totals
left join published.baselines as baselines on totals.cell_key = baselines.cell_key
where totals.n_courses is distinct from baselines.n_in_population or totals.is_backwards
