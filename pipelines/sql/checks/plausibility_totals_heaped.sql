-- Totals of long scales that are whole tens, as when a number was asked for in place of a mark on a line.
-- Grain: site
-- Assumption: a scale is long if it runs over at least so many points; both its ends are left out.
with
long_scales as (
    select
        scales.scale,
        scales.minimum,
        scales.maximum,
        cast(parameters.points_of_a_heap * scales.units_per_point as integer) as units_of_a_heap
    from ref.scales as scales
    cross join ref.quality_parameters as parameters
    where
        scales.purpose = 'outcome'
        and scales.maximum - scales.minimum >= parameters.least_points_of_long_scale * scales.units_per_point
)

select
    courses.site,
    count(*) filter (where assessments.score % long_scales.units_of_a_heap = 0) as n_violated,
    count(*) as n_checked
from outcome.assessments as assessments
inner join long_scales on assessments.scale = long_scales.scale
inner join outcome.courses as courses on assessments.course_key = courses.course_key
where assessments.score not in (long_scales.minimum, long_scales.maximum)
group by courses.site
