-- Scores of a population's courses that were due and seen at the same steps, as sums and sums of cross-products.
-- Grain: cell_key, pattern_key, first_step, second_step
-- Units: sums of scores in the scale's units and of their products in the square of those, of change fractions in parts
-- of the baseline and their square; exact
-- Assumption: the two steps stand in the order of time, the baseline first, and may be the same; that row alone has the
-- plain sums. Fractions have sums only after the baseline and where the scale is in points with a true zero.
-- n_courses: how many courses have this pattern, on each of its rows. Every pattern has the row of the baseline alone.
select
    cell_strata.cell_key,
    moments.pattern_key,
    moments.first_step,
    moments.second_step,
    cast(sum(moments.n_courses) as bigint) as n_courses,
    sum(moments.score_sum) as score_sum,
    sum(moments.score_product_sum) as score_product_sum,
    sum(moments.fraction_sum) as fraction_sum,
    sum(moments.fraction_product_sum) as fraction_product_sum
from outcome.cell_strata as cell_strata
inner join outcome.stratum_moments as moments on cell_strata.stratum_key = moments.stratum_key
where cell_strata.is_in_population
group by cell_strata.cell_key, moments.pattern_key, moments.first_step, moments.second_step
