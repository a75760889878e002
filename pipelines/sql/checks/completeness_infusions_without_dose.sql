-- Infusions without a dose, in mg or in mg per kg.
-- Grain: site
select
    site,
    count(*) filter (where dose_mg is null and dose_mg_per_kg is null) as n_violated,
    count(*) as n_checked
from examined.infusions
group by site
