-- Infusions of which nothing says whether there was an adverse event.
-- Grain: site
-- Assumption: "none" is a record; a blank cell is not.
select
    courses.site,
    count(*) filter (where coalesce(len(infusions.adverse_events), 0) = 0) as n_violated,
    count(*) as n_checked
from accepted.infusions as infusions
inner join outcome.courses as courses on infusions.course_key = courses.course_key
group by courses.site
