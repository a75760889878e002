-- Infusions that are more than can be within a day.
-- Grain: site
-- Units: minutes from the first infusion
-- Assumption: an infusion is one too many if so many others of its course lie in the 24 hours before it.
with
windows as (
    select
        course_key,
        count(*) over (
            partition by course_key order by minute range between 1440 preceding and current row
        ) as n_within_a_day
    from accepted.infusions
)

select
    courses.site,
    count(*) filter (where windows.n_within_a_day > parameters.most_infusions_a_day) as n_violated,
    count(*) as n_checked
from windows
inner join outcome.courses as courses on windows.course_key = courses.course_key
cross join ref.quality_parameters as parameters
group by courses.site
