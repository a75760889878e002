-- Infusions whose peak blood pressure, systolic or diastolic, lies below the one before.
-- Grain: site
-- Assumption: an infusion is checked if at least one of the two pressures has both readings.
select
    courses.site,
    count(*) filter (
        where infusions.systolic_peak < infusions.systolic_before or infusions.diastolic_peak < infusions.diastolic_before
    ) as n_violated,
    count(*) as n_checked
from accepted.infusions as infusions
inner join outcome.courses as courses on infusions.course_key = courses.course_key
where
    (infusions.systolic_peak is not null and infusions.systolic_before is not null)
    or (infusions.diastolic_peak is not null and infusions.diastolic_before is not null)
group by courses.site
