-- Sources of which no import says how far they had been filled in.
-- Grain: site
-- Assumption: a source is of no one site, so that all stand under "not recorded".
select
    'not recorded' as site,
    count(*) filter (where data_through is null) as n_violated,
    count(*) as n_checked
from batch.sources
