-- Acute changes of the courses in a population, as sums over courses.
-- Grain: cell_key, infusion
-- Units: changes in the scale's units, change fractions in parts of the score before
-- Columns as in outcome.stratum_acute_changes; only scales that allow an acute change have rows.
select
    cell_strata.cell_key,
    counts.infusion,
    cast(sum(counts.n_courses) as bigint) as n_courses,
    cast(sum(counts.n_infusions) as bigint) as n_infusions,
    cast(sum(counts.n_with_before) as bigint) as n_with_before,
    cast(sum(counts.n_with_after) as bigint) as n_with_after,
    cast(sum(counts.n_day_alone) as bigint) as n_day_alone,
    cast(sum(counts.n_changed_courses) as bigint) as n_changed_courses,
    cast(sum(counts.n_changes) as bigint) as n_changes,
    cast(sum(counts.n_changes_square_sum) as bigint) as n_changes_square_sum,
    sum(counts.change_sum) as change_sum,
    sum(counts.change_square_sum) as change_square_sum,
    sum(counts.change_cross_sum) as change_cross_sum,
    cast(sum(counts.n_fraction_courses) as bigint) as n_fraction_courses,
    cast(sum(counts.n_fractions) as bigint) as n_fractions,
    cast(sum(counts.n_fractions_square_sum) as bigint) as n_fractions_square_sum,
    sum(counts.fraction_sum) as fraction_sum,
    sum(counts.fraction_square_sum) as fraction_square_sum,
    sum(counts.fraction_cross_sum) as fraction_cross_sum
from outcome.cell_strata as cell_strata
inner join outcome.stratum_acute_changes as counts on cell_strata.stratum_key = counts.stratum_key
where cell_strata.is_in_population
group by cell_strata.cell_key, counts.infusion
