-- Infusions whose number is not their place in time within the course.
-- Grain: site
select
    site,
    count(*) filter (where infusion_number <> place_in_time) as n_violated,
    count(*) as n_checked
from examined.infusions
where infusion_number is not null
group by site
