-- Infusions whose dose lies outside the range that is common for their route.
-- Grain: site
-- Units: mg per kg; mg where only that is given
-- Assumption: an infusion without a route has its course's; a route without a range is not checked.
-- Reference: ref.common_infusions, from definitions/quality.toml
select
    courses.site,
    count(*) filter (
        where
        infusions.dose_mg_per_kg not between common.least_mg_per_kg and common.most_mg_per_kg
        or (infusions.dose_mg_per_kg is null and infusions.dose_mg not between common.least_mg and common.most_mg)
    ) as n_violated,
    count(*) as n_checked
from accepted.infusions as infusions
inner join outcome.courses as courses on infusions.course_key = courses.course_key
inner join ref.common_infusions as common on coalesce(infusions.route, courses.route) = common.route
where infusions.dose_mg is not null or infusions.dose_mg_per_kg is not null
group by courses.site
