-- Courses with infusions and scores of which no score lies near the first infusion.
-- Grain: site
-- Units: minutes from the first infusion; the parameter in days
-- Assumption: scores of safety and of what happens during an infusion go by its clock and are not asked.
with
nearest_scores as (
    select
        course_key,
        min(list_min(list_transform(scores, lambda score: abs(score.minute)))) as minutes_away
    from examined.score_series
    group by course_key
)

select
    courses.site,
    count(*) filter (
        where nearest_scores.minutes_away > 1440 * parameters.most_days_to_nearest_score
    ) as n_violated,
    count(*) as n_checked
from nearest_scores
inner join outcome.courses as courses on nearest_scores.course_key = courses.course_key
inner join outcome.inductions as inductions on nearest_scores.course_key = inductions.course_key
cross join ref.quality_parameters as parameters
where inductions.n_infusions > 0
group by courses.site
