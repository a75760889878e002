-- Courses with a record later than their source is said to have been filled in.
-- Grain: site
-- Units: minutes from the first infusion
-- Assumption: a course may have begun on the first day of its quarter or year, so that only what cannot be is found.
select
    courses.site,
    count(*) filter (
        where inductions.last_record_minute >= 1440 * (periods.days_from_period_start + 1)
    ) as n_violated,
    count(*) as n_checked
from outcome.courses as courses
inner join outcome.inductions as inductions on courses.course_key = inductions.course_key
inner join batch.source_periods as periods on courses.source = periods.source and courses.period = periods.period
where periods.days_from_period_start is not null and inductions.last_record_minute is not null
group by courses.site
