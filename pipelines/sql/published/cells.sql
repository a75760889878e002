-- The cells of the published cube: what every count below is divided by.
-- Grain: cell_key
-- `scale` is what was asked for, a scale's id or "primary"; `measured_scale` is the scale that was counted.
with
selections as (
    select distinct
        strata.condition,
        unnest(
            case when strata.is_primary then ['primary', cast(strata.scale as varchar)] else [cast(strata.scale as varchar)] end
        ) as scale,
        cast(strata.scale as varchar) as measured_scale,
        populations.population,
        strata.period as quarter,
        strata.site,
        strata.route,
        strata.attribute,
        strata.level
    from outcome.strata as strata
    inner join ref.populations as populations on strata.is_first_course = populations.is_first_course
)

select cast(row_number() over (order by selections) as integer) as cell_key, selections.*
from selections
