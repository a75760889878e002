-- Totals that repeat the two before them, with the same answers where items are given.
-- Grain: site
-- Assumption: only scales with many possible totals are checked, and no total at either end of the scale.
with
candidates as (
    select
        series.course_key,
        series.scores,
        list_filter(
            range(3, len(series.scores) + 1),
            lambda place: series.scores[place].score not in (scales.minimum, scales.maximum)
        ) as places
    from examined.score_series as series
    inner join ref.scales as scales on series.scale = scales.scale
    cross join ref.quality_parameters as parameters
    where (scales.maximum - scales.minimum) / scales.step >= parameters.least_steps_of_scale
)

select
    courses.site,
    sum(len(list_filter(
        candidates.places,
        lambda place: candidates.scores[place].answers = candidates.scores[place - 1].answers
        and candidates.scores[place].answers = candidates.scores[place - 2].answers
    ))) as n_violated,
    sum(len(candidates.places)) as n_checked
from candidates
inner join outcome.courses as courses on candidates.course_key = courses.course_key
group by courses.site
