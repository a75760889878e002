-- Scores that differ from the one up to a day before by more than a scale changes in a day.
-- Grain: site
-- Units: minutes from the first infusion; scores in the scale's units; the parameter in per cent of the scale's range
-- Assumption: a scale that asks about a day or less may jump and is not checked.
with
neighbours as (
    select
        series.course_key,
        parameters.jump_percent_of_range * (scales.maximum - scales.minimum) as jump_percent_points,
        series.scores,
        list_filter(
            range(2, len(series.scores) + 1),
            lambda place: series.scores[place].minute - series.scores[place - 1].minute <= 1440
        ) as places
    from examined.score_series as series
    inner join ref.scales as scales on series.scale = scales.scale
    cross join ref.quality_parameters as parameters
    where scales.is_whole_days
)

select
    courses.site,
    sum(len(list_filter(
        neighbours.places,
        lambda place: 100 * abs(neighbours.scores[place].score - neighbours.scores[place - 1].score)
        >= neighbours.jump_percent_points
    ))) as n_violated,
    sum(len(neighbours.places)) as n_checked
from neighbours
inner join outcome.courses as courses on neighbours.course_key = courses.course_key
group by courses.site
