-- Totals that repeat the two before them, with the same answers where items are given.
-- Grain: site
-- Assumption: only scales with many possible totals are checked, and no total at either end of the scale.
with
sequences as (
    select
        assessments.course_key,
        assessments.scale,
        assessments.score,
        assessments.items,
        lag(assessments.score) over histories as score_before,
        lag(assessments.items) over histories as items_before,
        lag(assessments.score, 2) over histories as score_before_that,
        lag(assessments.items, 2) over histories as items_before_that
    from outcome.assessments as assessments
    inner join ref.scales as scales on assessments.scale = scales.scale
    cross join ref.quality_parameters as parameters
    where scales.purpose = 'outcome' and (scales.maximum - scales.minimum) / scales.step >= parameters.least_steps_of_scale
    window histories as (
        partition by assessments.course_key, assessments.scale, assessments.rater
        order by assessments.moment, assessments.timing
    )
)

select
    courses.site,
    count(*) filter (
        where
        sequences.score = sequences.score_before
        and sequences.score = sequences.score_before_that
        and sequences.items is not distinct from sequences.items_before
        and sequences.items is not distinct from sequences.items_before_that
    ) as n_violated,
    count(*) as n_checked
from sequences
inner join ref.scales as scales on sequences.scale = scales.scale
inner join outcome.courses as courses on sequences.course_key = courses.course_key
where sequences.score_before_that is not null and sequences.score not in (scales.minimum, scales.maximum)
group by courses.site
