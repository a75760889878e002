-- Infusions that are more than can be within a day.
-- Grain: site
-- Units: minutes from the first infusion
-- Assumption: an infusion is one too many if the greatest number allowed lies in the 24 hours before it.
select
    site,
    count(*) filter (where minutes_since_crowd <= 1440) as n_violated,
    count(*) as n_checked
from examined.infusions
group by site
