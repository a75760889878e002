-- Infusions that begin too soon after the one before in the same course.
-- Grain: site
-- Units: minutes from the first infusion; the parameter in hours
with
gaps as (
    select
        course_key,
        minute - lag(minute) over (partition by course_key order by minute) as gap_minutes
    from accepted.infusions
)

select
    courses.site,
    count(*) filter (where gaps.gap_minutes < 60 * parameters.least_hours_between_infusions) as n_violated,
    count(*) as n_checked
from gaps
inner join outcome.courses as courses on gaps.course_key = courses.course_key
cross join ref.quality_parameters as parameters
where gaps.gap_minutes is not null
group by courses.site
