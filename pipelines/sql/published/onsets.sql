-- Onset of response of the courses in a population, as counts of intervals (left, right] on the published grid.
-- Grain: cell_key, rule, kind, left_minute, right_minute, is_assessed
-- Units: minutes from the first infusion; right NULL is "not by the last assessment"
-- is_assessed: whether there was any assessment after the first infusion; curves hold only those with one
select
    cell_strata.cell_key,
    cast(counts.rule as varchar) as rule,
    cast(counts.kind as varchar) as kind,
    counts.left_minute,
    counts.right_minute,
    counts.is_assessed,
    cast(sum(counts.n_courses) as bigint) as n_courses
from outcome.cell_strata as cell_strata
inner join outcome.stratum_onsets as counts on cell_strata.stratum_key = counts.stratum_key
where cell_strata.is_in_population
group by
    cell_strata.cell_key, counts.rule, counts.kind, counts.left_minute, counts.right_minute, counts.is_assessed
