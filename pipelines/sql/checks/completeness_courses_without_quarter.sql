-- Courses without the quarter, or year, of the first infusion.
-- Grain: site
select
    site,
    count(*) filter (where period = 'not recorded') as n_violated,
    count(*) as n_checked
from outcome.courses
group by site
