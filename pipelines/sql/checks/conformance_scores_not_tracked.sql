-- Score rows left aside, because no definition names their scale or they belong to no course.
-- Grain: site
-- Assumption: a row left aside may have no course, so that all stand under "not recorded".
select
    'not recorded' as site,
    coalesce(sum(n_not_tracked), 0) as n_violated,
    coalesce(sum(n_landed), 0) as n_checked
from batch.places
where table_name = 'scores'
