-- Infusions whose number is not their place in time within the course.
-- Grain: site
with
places as (
    select
        course_key,
        infusion_number,
        row_number() over (partition by course_key order by minute) as place_in_time
    from accepted.infusions
)

select
    courses.site,
    count(*) filter (where places.infusion_number <> places.place_in_time) as n_violated,
    count(*) as n_checked
from places
inner join outcome.courses as courses on places.course_key = courses.course_key
where places.infusion_number is not null
group by courses.site
