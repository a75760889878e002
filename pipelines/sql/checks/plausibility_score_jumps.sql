-- Scores that differ from the one up to a day before by more than a scale changes in a day.
-- Grain: site
-- Units: minutes from the first infusion; scores in the scale's units; the parameter in per cent of the scale's range
-- Assumption: a scale that asks about a day or less may jump and is not checked.
select
    scores.site,
    count(*) filter (
        where
        100 * abs(scores.score - scores.score_before)
        >= parameters.jump_percent_of_range * (scales.maximum - scales.minimum)
    ) as n_violated,
    count(*) as n_checked
from examined.scores as scores
inner join ref.scales as scales on scores.scale = scales.scale
cross join ref.quality_parameters as parameters
where scores.minutes_since_last <= 1440 and scales.is_whole_days
group by scores.site
