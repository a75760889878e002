-- Rows in quarantine for a value that cannot be, among the rows landed and tracked.
-- Grain: site
-- Assumption: a row in quarantine may have no course, so that all stand under "not recorded".
select
    'not recorded' as site,
    coalesce(sum(n_rows) filter (where check_name = 'values_quarantined'), 0) as n_violated,
    coalesce(sum(n_rows), 0) as n_checked
from examined.tracked_rows
