-- Cells in which acute changes by the infusion's number are not those of all infusions, or in which there are more of
-- them than scores before or after, or more infusions' courses than the population holds.
-- Grain: cell_key
with
sums as (
    select
        cell_key,
        sum(n_changes) filter (where infusion = 'all') as n_changes,
        sum(n_changes) filter (where infusion <> 'all') as n_changes_by_number,
        sum(n_infusions) filter (where infusion = 'all') as n_infusions,
        sum(n_infusions) filter (where infusion <> 'all') as n_infusions_by_number,
        max(n_courses) as n_courses,
        bool_or(
            n_changes > n_with_before
            or n_changes > n_with_after
            or n_with_before > n_infusions
            or n_with_after > n_infusions
            or n_fractions > n_changes
        ) as has_more_than_scores
    from published.acute_changes
    group by cell_key
)

select sums.*, baselines.n_in_population
from sums
left join published.baselines as baselines on sums.cell_key = baselines.cell_key
where
    sums.n_changes is distinct from sums.n_changes_by_number
    or sums.n_infusions is distinct from sums.n_infusions_by_number
    or sums.has_more_than_scores
    or coalesce(sums.n_courses > baselines.n_in_population, true)
