-- Courses in a population by the change of their score from baseline, in whole per cent.
-- Grain: cell_key, window_name, reduction_percent
-- Units: reduction_percent as in outcome.changes, negative for a rise
-- Assumption: a score that serves two windows counts in the later.
with
stratum_reductions as (
    select counts.stratum_key, counts.window_name, changes.reduction_percent, sum(counts.n_courses) as n_courses
    from outcome.stratum_windows as counts
    inner join outcome.changes as changes
        on
            counts.scale = changes.scale
            and counts.baseline_score = changes.baseline_score
            and counts.score = changes.score
    where counts.follow_up = 'observed' and counts.is_in_trajectory and changes.reduction_percent is not null
    group by counts.stratum_key, counts.window_name, changes.reduction_percent
)

select
    cell_strata.cell_key,
    cast(reductions.window_name as varchar) as window_name,
    reductions.reduction_percent,
    cast(sum(reductions.n_courses) as bigint) as n_courses
from outcome.cell_strata as cell_strata
inner join stratum_reductions as reductions on cell_strata.stratum_key = reductions.stratum_key
where cell_strata.is_in_population
group by cell_strata.cell_key, reductions.window_name, reductions.reduction_percent
