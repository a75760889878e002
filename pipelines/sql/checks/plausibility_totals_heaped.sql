-- Totals of long scales that are whole tens, as when a number was asked for in place of a mark on a line.
-- Grain: site
-- Assumption: a scale is long if it runs over at least so many points; both its ends are left out.
select
    courses.site,
    count(*) filter (where assessments.score % (parameters.points_of_a_heap * scales.units_per_point) = 0) as n_violated,
    count(*) as n_checked
from outcome.assessments as assessments
inner join ref.scales as scales on assessments.scale = scales.scale
inner join outcome.courses as courses on assessments.course_key = courses.course_key
cross join ref.quality_parameters as parameters
where
    scales.purpose = 'outcome'
    and scales.maximum - scales.minimum >= parameters.least_points_of_long_scale * scales.units_per_point
    and assessments.score not in (scales.minimum, scales.maximum)
group by courses.site
