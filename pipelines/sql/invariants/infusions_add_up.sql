-- Attributes under which the published infusions of the whole program are not the accepted ones, by number or together,
-- or in which something was found at more infusions than it was recorded of, or recorded of more than there were.
-- Grain: attribute
with
findings as (
    select cells.* exclude (started_key), facts.*
    from published.infusion_findings as facts
    inner join published.started_cells as cells on facts.started_key = cells.started_key
    where cells.condition = 'any' and not ends_with(cells.population, '_any_baseline')
),

in_all as (
    select
        attribute,
        sum(n_recorded) filter (where finding = 'infusion' and infusion = 'all') as n_together,
        sum(n_recorded) filter (where finding = 'infusion' and infusion <> 'all') as n_by_number,
        bool_or(not ends_with(finding, '_rise') and total_sum > n_recorded) as has_more_than_recorded
    from findings
    group by attribute
),

of_groups as (
    select
        attribute,
        started_key,
        infusion,
        max(n_recorded) filter (where finding <> 'infusion') as n_most_recorded,
        max(n_recorded) filter (where finding = 'infusion') as n_infusions
    from findings
    group by all
),

exceeding as (
    select attribute, coalesce(bool_or(n_most_recorded > n_infusions), false) as has_more_than_infusions
    from of_groups
    group by attribute
),

accepted_infusions as (
    select count(*) as n_accepted
    from accepted.infusions
)

select in_all.attribute, in_all.n_together, in_all.n_by_number, accepted_infusions.n_accepted
from in_all
inner join exceeding on in_all.attribute = exceeding.attribute
cross join accepted_infusions
where
    in_all.n_together is distinct from accepted_infusions.n_accepted
    or in_all.n_by_number is distinct from accepted_infusions.n_accepted
    or in_all.has_more_than_recorded
    or exceeding.has_more_than_infusions
