-- Onset of response of the courses in a population, counted in infusions received, as intervals (left, right].
-- Grain: cell_key, rule, kind, left_infusions, right_infusions, is_assessed
-- right NULL is "not by the last assessment"; left NULL, there are no infusion rows, or there is no assessment
-- is_assessed: whether there was any assessment after the first infusion; curves hold only those with one
select
    cell_strata.cell_key,
    cast(counts.rule as varchar) as rule,
    cast(counts.kind as varchar) as kind,
    counts.left_infusions,
    counts.right_infusions,
    counts.is_assessed,
    cast(sum(counts.n_courses) as bigint) as n_courses
from outcome.cell_strata as cell_strata
inner join outcome.stratum_onsets as counts on cell_strata.stratum_key = counts.stratum_key
where cell_strata.is_in_population
group by
    cell_strata.cell_key, counts.rule, counts.kind, counts.left_infusions, counts.right_infusions, counts.is_assessed
