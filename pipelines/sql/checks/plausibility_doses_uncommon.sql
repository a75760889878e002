-- Infusions whose dose lies outside the range that is common for their route.
-- Grain: site
-- Units: mg per kg; mg where only that is given
-- Assumption: a route without a range is not checked.
-- Reference: ref.common_infusions, from definitions/quality.toml
select
    infusions.site,
    count(*) filter (
        where
        infusions.dose_mg_per_kg not between common.least_mg_per_kg and common.most_mg_per_kg
        or (infusions.dose_mg_per_kg is null and infusions.dose_mg not between common.least_mg and common.most_mg)
    ) as n_violated,
    count(*) as n_checked
from examined.infusions as infusions
inner join ref.common_infusions as common on infusions.route = common.route
where infusions.dose_mg is not null or infusions.dose_mg_per_kg is not null
group by infusions.site
