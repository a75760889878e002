-- Scores of courses that were due and seen at the same steps, as sums and sums of cross-products by stratum.
-- Grain: stratum_key, pattern_key, first_step, second_step
-- Units: as in outcome.course_moments
select
    members.stratum_key,
    patterns.pattern_key,
    moments.first_step,
    moments.second_step,
    count(*) as n_courses,
    sum(moments.score) as score_sum,
    sum(moments.score_product) as score_product_sum,
    sum(moments.change_fraction) as fraction_sum,
    sum(moments.change_fraction_product) as fraction_product_sum
from outcome.stratum_courses as members
inner join outcome.course_patterns as course_patterns
    on members.course_key = course_patterns.course_key and members.scale = course_patterns.scale
inner join published.follow_up_patterns as patterns
    on course_patterns.due_bits = patterns.due_bits and course_patterns.observed_bits = patterns.observed_bits
inner join outcome.course_moments as moments
    on members.course_key = moments.course_key and members.scale = moments.scale
group by members.stratum_key, patterns.pattern_key, moments.first_step, moments.second_step
