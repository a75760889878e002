-- Courses with a gap between two infusions so long that a new course would begin.
-- Grain: site
-- Units: minutes from the first infusion; the parameter in days
with
longest_gaps as (
    select site, course_key, max(minutes_since_last) as gap_minutes
    from examined.infusions
    where minutes_since_last is not null
    group by site, course_key
)

select
    longest_gaps.site,
    count(*) filter (where longest_gaps.gap_minutes >= 1440 * parameters.days_of_a_long_gap) as n_violated,
    count(*) as n_checked
from longest_gaps
cross join ref.quality_parameters as parameters
group by longest_gaps.site
