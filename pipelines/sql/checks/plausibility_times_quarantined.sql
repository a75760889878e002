-- Rows in quarantine because of their time: impossible, on a clock that does not start at the first infusion, or
-- before or after an infusion, nobody knows which.
-- Grain: site
-- Assumption: a row in quarantine may have no course, so that all stand under "not recorded".
select
    'not recorded' as site,
    coalesce(sum(n_rows) filter (where check_name = 'times_quarantined'), 0) as n_violated,
    coalesce(sum(n_rows), 0) as n_checked
from examined.tracked_rows
