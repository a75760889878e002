-- Cells whose onset intervals do not add up to the courses in the population, in days or in infusions, or run
-- backwards.
-- Grain: cell_key, rule, kind
with
in_days as (
    select
        cell_key,
        rule,
        kind,
        sum(n_courses) as n_courses,
        bool_or(right_minute <= left_minute) as is_backwards
    from published.onsets
    group by cell_key, rule, kind
),

in_infusions as (
    select
        cell_key,
        rule,
        kind,
        sum(n_courses) as n_courses,
        bool_or(right_infusions <= left_infusions) as is_backwards
    from published.infusion_onsets
    group by cell_key, rule, kind
)

select
    in_days.cell_key,
    in_days.rule,
    in_days.kind,
    in_days.n_courses,
    in_infusions.n_courses as n_courses_in_infusions,
    baselines.n_in_population
from in_days
left join in_infusions
    on
        in_days.cell_key = in_infusions.cell_key
        and in_days.rule = in_infusions.rule
        and in_days.kind = in_infusions.kind
left join published.baselines as baselines on in_days.cell_key = baselines.cell_key
where
    in_days.n_courses is distinct from baselines.n_in_population
    or in_infusions.n_courses is distinct from baselines.n_in_population
    or in_days.is_backwards
    or in_infusions.is_backwards
