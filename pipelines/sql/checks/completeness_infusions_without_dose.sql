-- Infusions without a dose, in mg or in mg per kg.
-- Grain: site
select
    courses.site,
    count(*) filter (where infusions.dose_mg is null and infusions.dose_mg_per_kg is null) as n_violated,
    count(*) as n_checked
from accepted.infusions as infusions
inner join outcome.courses as courses on infusions.course_key = courses.course_key
group by courses.site
