-- Rows that the last imports landed and track, by the check that counts the reason of their quarantine, for checks.
-- Grain: table_name, check_name
-- check_name NULL: rows that are not in quarantine
-- Reference: ref.quarantine_places, from definitions/quality.toml
with
ended_rows as (
    select quarantined.table_name, places.check_name, quarantined.n_rows
    from batch.quarantined as quarantined
    left join ref.quarantine_places as places on quarantined.rule = places.rule
    union all
    select table_name, null as check_name, n_accepted + n_duplicate as n_rows
    from batch.places
)

select table_name, check_name, sum(n_rows) as n_rows
from ended_rows
group by table_name, check_name
