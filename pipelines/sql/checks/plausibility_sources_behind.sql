-- Sources that had not been filled in for long when they were last imported.
-- Grain: site
-- Units: days
-- Assumption: a source is of no one site, so that all stand under "not recorded".
select
    'not recorded' as site,
    count(*) filter (where sources.days_behind > parameters.most_days_behind) as n_violated,
    count(*) as n_checked
from batch.sources as sources
cross join ref.quality_parameters as parameters
where sources.days_behind is not null
