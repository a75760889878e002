-- Courses whose scores are, every one, those of another course at the same times.
-- Grain: site
-- Assumption: compared are courses with enough scores that all agree by chance seldom; two sums of hashes stand for
-- the scores.
with
fingerprints as (
    select
        course_key,
        count(*) as n_scores,
        sum(cast(hash(scale, rater, moment, score) as hugeint)) as total_hash,
        bit_xor(hash(moment, score, rater, scale)) as mixed_hash
    from outcome.assessments
    group by course_key
),

compared as (
    select fingerprints.*
    from fingerprints
    cross join ref.quality_parameters as parameters
    where fingerprints.n_scores >= parameters.least_scores_to_compare
),

repeated as (
    select n_scores, total_hash, mixed_hash
    from compared
    group by n_scores, total_hash, mixed_hash
    having count(*) > 1
)

select
    courses.site,
    count(repeated.n_scores) as n_violated,
    count(*) as n_checked
from compared
inner join outcome.courses as courses on compared.course_key = courses.course_key
left join repeated
    on
        compared.n_scores = repeated.n_scores
        and compared.total_hash = repeated.total_hash
        and compared.mixed_hash = repeated.mixed_hash
group by courses.site
