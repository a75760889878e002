-- Infusions at which the diastolic blood pressure is not below the systolic, before or at the peak.
-- Grain: site
select
    courses.site,
    count(*) filter (
        where
        infusions.diastolic_before >= infusions.systolic_before or infusions.diastolic_peak >= infusions.systolic_peak
    ) as n_violated,
    count(*) as n_checked
from accepted.infusions as infusions
inner join outcome.courses as courses on infusions.course_key = courses.course_key
where
    (infusions.systolic_before is not null and infusions.diastolic_before is not null)
    or (infusions.systolic_peak is not null and infusions.diastolic_peak is not null)
group by courses.site
