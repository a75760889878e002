-- Rows in quarantine because of their time: impossible, on a clock that does not start at the first infusion, or
-- before or after an infusion, nobody knows which.
-- Grain: site
-- Assumption: a row in quarantine may have no course, so that all stand under "not recorded".
with
landed_rows as (
    select sum(n_landed - n_not_tracked) as n_rows
    from batch.places
),

refused_rows as (
    select sum(quarantined.n_rows) as n_rows
    from batch.quarantined as quarantined
    inner join ref.quarantine_places as places on quarantined.rule = places.rule
    where places.check_name = 'times_quarantined'
)

select
    'not recorded' as site,
    coalesce(refused_rows.n_rows, 0) as n_violated,
    coalesce(landed_rows.n_rows, 0) as n_checked
from landed_rows
cross join refused_rows
