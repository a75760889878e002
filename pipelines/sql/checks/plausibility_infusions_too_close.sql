-- Infusions that begin too soon after the one before in the same course.
-- Grain: site
-- Units: minutes from the first infusion; the parameter in hours
select
    infusions.site,
    count(*) filter (where infusions.minutes_since_last < 60 * parameters.least_hours_between_infusions) as n_violated,
    count(*) as n_checked
from examined.infusions as infusions
cross join ref.quality_parameters as parameters
where infusions.minutes_since_last is not null
group by infusions.site
