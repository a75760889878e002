-- Every infusion beside its course's site, its place in time and what lies between it and those before, for checks.
-- Grain: course_key, minute
-- Units: minutes from the first infusion; doses in mg and mg per kg, duration in minutes, pressure in mmHg
-- Assumption: an infusion without a route has its course's.
-- minutes_since_crowd: since the infusion so many places before that one more within a day is too many
select
    infusions.course_key,
    courses.site,
    infusions.minute,
    coalesce(infusions.route, courses.route) as route,
    infusions.infusion_number,
    cast(row_number() over courses_in_time as integer) as place_in_time,
    infusions.minute - lag(infusions.minute) over courses_in_time as minutes_since_last,
    infusions.minute - lag(infusions.minute, cast(parameters.most_infusions_a_day as integer)) over courses_in_time
        as minutes_since_crowd,
    infusions.dose_mg,
    infusions.dose_mg_per_kg,
    infusions.duration_minutes,
    infusions.dissociation_score,
    infusions.systolic_before,
    infusions.systolic_peak,
    infusions.diastolic_before,
    infusions.diastolic_peak,
    coalesce(len(infusions.adverse_events), 0) > 0 as has_adverse_event_record,
    coalesce(infusions.stopped_early = 'yes', false) as is_stopped_early
from accepted.infusions as infusions
inner join outcome.courses as courses on infusions.course_key = courses.course_key
cross join ref.quality_parameters as parameters
window courses_in_time as (partition by infusions.course_key order by infusions.minute)
