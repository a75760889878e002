-- Accepted scores as the cells of a canonical file; items stand together here, and in the file each by itself.
-- Grain: course_id, scale, rater, minutes_from_start, days_from_start, timing
-- Units: total and items in points
-- Assumption: times are days where of every score only the day is known, and minutes otherwise; where that differs from
-- score to score, `day_resolution` tells it of each. A total has so many decimals that the same score is read from it.
with
resolutions as (
    select
        bool_and(is_day_resolution and minute % 1440 = 0) as are_days,
        bool_or(is_day_resolution) as has_days
    from accepted.scores
),

points as (
    select
        scores.*,
        scales.units_per_point,
        cast(scores.score as double) / scales.units_per_point as points
    from accepted.scores as scores
    inner join ref.scales as scales on scores.scale = scales.scale
)

select
    points.course_id,
    cast(points.scale as varchar) as scale,
    case when not resolutions.are_days then cast(points.minute as varchar) end as minutes_from_start,
    case when resolutions.are_days then cast(points.minute // 1440 as varchar) end as days_from_start,
    case
        when points.points = floor(points.points) then cast(cast(points.points as bigint) as varchar)
        when points.units_per_point = 1 then rtrim(cast(points.score as varchar), '0')
        else format('{:.12f}', points.points)
    end as total,
    list_transform(points.items, lambda item: regexp_replace(cast(item as varchar), '\.0$', '')) as items,
    cast(points.rater as varchar) as rater,
    cast(points.timing as varchar) as timing,
    cast(points.infusion_number as varchar) as infusion_number,
    case
        when resolutions.has_days and not resolutions.are_days
            then case when points.is_day_resolution then 'yes' else 'no' end
    end as day_resolution
from points
cross join resolutions
