-- Infusions whose duration lies outside the range that is common for their route.
-- Grain: site
-- Units: minutes
-- Assumption: one stopped early is not checked; an infusion without a route has its course's.
-- Reference: ref.common_infusions, from definitions/quality.toml
select
    courses.site,
    count(*) filter (
        where infusions.duration_minutes not between common.least_minutes and common.most_minutes
    ) as n_violated,
    count(*) as n_checked
from accepted.infusions as infusions
inner join outcome.courses as courses on infusions.course_key = courses.course_key
inner join ref.common_infusions as common on coalesce(infusions.route, courses.route) = common.route
where
    infusions.duration_minutes is not null
    and common.most_minutes is not null
    and coalesce(infusions.stopped_early, 'no') = 'no'
group by courses.site
