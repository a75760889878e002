-- Infusions whose two doses, in mg and in mg per kg, imply a body weight that an adult does not have.
-- Grain: site
-- Units: kg
-- Assumption: one stopped early is not checked, because the two may mean what was given and what was planned.
select
    infusions.site,
    count(*) filter (
        where
        infusions.dose_mg < parameters.least_weight_kg * infusions.dose_mg_per_kg
        or infusions.dose_mg > parameters.most_weight_kg * infusions.dose_mg_per_kg
    ) as n_violated,
    count(*) as n_checked
from examined.infusions as infusions
cross join ref.quality_parameters as parameters
where infusions.dose_mg > 0 and infusions.dose_mg_per_kg > 0 and not infusions.is_stopped_early
group by infusions.site
