-- Every accepted course, with blanks named "not recorded".
-- Grain: course_key
-- Units: days_past_period_end, how far the source had been filled in past the end of the course's quarter or
-- year, in days; NULL where that is unknown
with
first_routes as (
    select
        course_key,
        arg_min(route, minute) as route
    from accepted.infusions
    where route is not null
    group by course_key
)

select
    courses.course_key,
    courses.source,
    courses.course_id,
    coalesce(courses.patient_id, 'course ' || courses.course_id) as patient_id,
    courses.course_number,
    courses.conditions,
    coalesce(courses.period, 'not recorded') as period,
    coalesce(courses.site, 'not recorded') as site,
    coalesce(courses.route, first_routes.route, 'not recorded') as route,
    courses.setting,
    courses.age_band,
    courses.sex,
    courses.treatment_resistant,
    courses.attributes,
    courses.planned_infusions,
    courses.ended_day,
    courses.end_reason,
    follow_up.days_past_period_end
from accepted.courses as courses
left join first_routes on courses.course_key = first_routes.course_key
left join ref.follow_up as follow_up
    on courses.source = follow_up.source and courses.period = follow_up.period
