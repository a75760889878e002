-- Courses that ended without a reason, or for an unknown one.
-- Grain: site
select
    site,
    count(*) filter (where coalesce(end_reason, 'unknown') = 'unknown') as n_violated,
    count(*) as n_checked
from outcome.courses
where ended_day is not null or end_reason is not null
group by site
