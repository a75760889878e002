-- Scores in quarantine because their items do not make the total, or are too few.
-- Grain: site
-- Assumption: a row in quarantine may have no course, so that all stand under "not recorded".
with
landed_scores as (
    select sum(n_landed - n_not_tracked) as n_rows
    from batch.places
    where table_name = 'scores'
),

refused_scores as (
    select sum(quarantined.n_rows) as n_rows
    from batch.quarantined as quarantined
    inner join ref.quarantine_places as places on quarantined.rule = places.rule
    where places.check_name = 'totals_quarantined' and quarantined.table_name = 'scores'
)

select
    'not recorded' as site,
    coalesce(refused_scores.n_rows, 0) as n_violated,
    coalesce(landed_scores.n_rows, 0) as n_checked
from landed_scores
cross join refused_scores
