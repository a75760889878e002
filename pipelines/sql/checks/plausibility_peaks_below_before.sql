-- Infusions whose peak blood pressure, systolic or diastolic, lies below the one before.
-- Grain: site
-- Assumption: an infusion is checked if at least one of the two pressures has both readings.
select
    site,
    count(*) filter (where systolic_peak < systolic_before or diastolic_peak < diastolic_before) as n_violated,
    count(*) as n_checked
from examined.infusions
where
    (systolic_peak is not null and systolic_before is not null)
    or (diastolic_peak is not null and diastolic_before is not null)
group by site
