-- Courses that must be over and have neither a day nor a reason of their end.
-- Grain: site
-- Units: minutes from the first infusion; the parameter in days
-- Assumption: a course is over when the source was filled in at least the gap that begins a new course past its
-- last record and the end of its quarter; where that is unknown, it is not checked.
select
    courses.site,
    count(*) filter (where courses.ended_day is null and courses.end_reason is null) as n_violated,
    count(*) as n_checked
from outcome.courses as courses
inner join outcome.inductions as inductions on courses.course_key = inductions.course_key
cross join ref.quality_parameters as parameters
where
    1440 * (courses.days_past_period_end - parameters.days_of_a_long_gap)
    >= greatest(coalesce(inductions.last_record_minute, 0), 0)
group by courses.site
