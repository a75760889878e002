-- Cells in which the courses by where they stand after induction do not add up to the population, a response runs
-- backwards, or an ending is not where its interval says.
-- Grain: cell_key, rule
with
counts as (
    select
        cell_key,
        rule,
        sum(n_courses) as n_courses,
        bool_or(right_minute <= left_minute) as is_backwards,
        bool_or((standing = 'responding') <> (ending is not null) or (ending is null) <> (ending_minute is null))
            as is_ending_misplaced,
        bool_or(
            (ending = 'lost') <> (right_minute is not null)
            or (ending = 'lost' and (ending_minute <> right_minute or not is_followed))
            or ending_minute < left_minute
            or (left_minute > 0 and not is_followed)
        ) as is_interval_misplaced
    from published.durabilities
    group by cell_key, rule
)

select counts.*, baselines.n_in_population
from counts
left join published.baselines as baselines on counts.cell_key = baselines.cell_key
where
    counts.n_courses is distinct from baselines.n_in_population
    or counts.is_backwards
    or counts.is_ending_misplaced
    or counts.is_interval_misplaced
