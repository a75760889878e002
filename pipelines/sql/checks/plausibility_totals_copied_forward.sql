-- Totals that repeat the two before them, with the same answers where items are given.
-- Grain: site
-- Assumption: only scales with many possible totals are checked, and no total at either end of the scale.
select
    scores.site,
    count(*) filter (where scores.repeats_two_before) as n_violated,
    count(*) as n_checked
from examined.scores as scores
inner join ref.scales as scales on scores.scale = scales.scale
cross join ref.quality_parameters as parameters
where
    scores.repeats_two_before is not null
    and (scales.maximum - scales.minimum) / scales.step >= parameters.least_steps_of_scale
    and scores.score not in (scales.minimum, scales.maximum)
group by scores.site
