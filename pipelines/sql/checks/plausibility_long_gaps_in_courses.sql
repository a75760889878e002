-- Courses with a gap between two infusions so long that a new course would begin.
-- Grain: site
-- Units: minutes from the first infusion; the parameter in days
with
gaps as (
    select
        course_key,
        minute - lag(minute) over (partition by course_key order by minute) as gap_minutes
    from accepted.infusions
),

longest_gaps as (
    select course_key, max(gap_minutes) as gap_minutes
    from gaps
    where gap_minutes is not null
    group by course_key
)

select
    courses.site,
    count(*) filter (where longest_gaps.gap_minutes >= 1440 * parameters.days_of_a_long_gap) as n_violated,
    count(*) as n_checked
from longest_gaps
inner join outcome.courses as courses on longest_gaps.course_key = courses.course_key
cross join ref.quality_parameters as parameters
group by courses.site
