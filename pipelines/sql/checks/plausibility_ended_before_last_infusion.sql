-- Courses whose end is recorded for a day before their last infusion.
-- Grain: site
-- Units: days and minutes from the first infusion
with
last_infusions as (
    select course_key, max(minute) as minute
    from examined.infusions
    group by course_key
)

select
    courses.site,
    count(*) filter (where last_infusions.minute >= 1440 * (floor(courses.ended_day) + 1)) as n_violated,
    count(*) as n_checked
from outcome.courses as courses
inner join last_infusions on courses.course_key = last_infusions.course_key
where courses.ended_day is not null
group by courses.site
