-- Courses without an age band.
-- Grain: site
select
    site,
    count(*) filter (where age_band is null) as n_violated,
    count(*) as n_checked
from outcome.courses
group by site
