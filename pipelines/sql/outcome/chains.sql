-- The chains that occur, numbered in a fixed order.
-- Grain: chain_key
with
distinct_chains as (
    select distinct chain
    from outcome.course_chains
)

select cast(row_number() over (order by chain) as integer) as chain_key, chain
from distinct_chains
