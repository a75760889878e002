-- Courses without a site.
-- Grain: site
select
    site,
    count(*) filter (where site = 'not recorded') as n_violated,
    count(*) as n_checked
from outcome.courses
group by site
