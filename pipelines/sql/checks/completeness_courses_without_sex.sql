-- Courses whose sex is not recorded, or recorded as unknown.
-- Grain: site
select
    site,
    count(*) filter (where coalesce(sex, 'unknown') = 'unknown') as n_violated,
    count(*) as n_checked
from outcome.courses
group by site
