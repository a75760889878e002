-- Infusions whose duration lies outside the range that is common for their route.
-- Grain: site
-- Units: minutes
-- Assumption: one stopped early is not checked.
-- Reference: ref.common_infusions, from definitions/quality.toml
select
    infusions.site,
    count(*) filter (
        where infusions.duration_minutes not between common.least_minutes and common.most_minutes
    ) as n_violated,
    count(*) as n_checked
from examined.infusions as infusions
inner join ref.common_infusions as common on infusions.route = common.route
where
    infusions.duration_minutes is not null
    and common.most_minutes is not null
    and not infusions.is_stopped_early
group by infusions.site
