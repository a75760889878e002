-- The courses in a population by where they stand after induction; of those responding then, how long they went on, as
-- counts of intervals (left, right] on the published grid, and which of loss, re-treatment and leaving came first.
-- Grain: cell_key, rule, standing, left_minute, right_minute, ending, ending_minute, is_followed
-- Units: minutes from the first assessment after induction; right NULL is "not by the last assessment before
-- re-treatment"; all NULL unless standing is responding
-- is_followed: whether there was a later assessment before any re-treatment; curves of intervals hold only those.
select
    cell_strata.cell_key,
    cast(counts.rule as varchar) as rule,
    cast(counts.standing as varchar) as standing,
    counts.left_minute,
    counts.right_minute,
    cast(counts.ending as varchar) as ending,
    counts.ending_minute,
    counts.is_followed,
    cast(sum(counts.n_courses) as bigint) as n_courses
from outcome.cell_strata as cell_strata
inner join outcome.stratum_durabilities as counts on cell_strata.stratum_key = counts.stratum_key
where cell_strata.is_in_population
group by
    cell_strata.cell_key, counts.rule, counts.standing, counts.left_minute, counts.right_minute, counts.ending,
    counts.ending_minute, counts.is_followed
