-- Courses with a baseline, and those that a population leaves out.
-- Grain: cell_key
with
stratum_sizes as (
    select
        stratum_key,
        sum(n_courses) as n_courses,
        coalesce(sum(n_courses) filter (where is_older_than_look_back), 0) as n_older,
        coalesce(sum(n_courses) filter (where is_assumed_before), 0) as n_assumed_before
    from outcome.stratum_baselines
    group by stratum_key
)

select
    cell_strata.cell_key,
    cast(sum(sizes.n_courses) as bigint) as n_with_baseline,
    cast(coalesce(sum(sizes.n_courses) filter (where cell_strata.entry_class = 'below_entry' and not cell_strata.is_in_population), 0) as bigint)
        as n_below_entry,
    cast(coalesce(sum(sizes.n_courses) filter (where cell_strata.entry_class = 'zero'), 0) as bigint)
        as n_baseline_zero,
    cast(coalesce(sum(sizes.n_courses) filter (where cell_strata.is_in_population), 0) as bigint)
        as n_in_population,
    cast(sum(sizes.n_older) as bigint) as n_baseline_older,
    cast(sum(sizes.n_assumed_before) as bigint) as n_baseline_assumed
from outcome.cell_strata as cell_strata
inner join stratum_sizes as sizes on cell_strata.stratum_key = sizes.stratum_key
group by cell_strata.cell_key
