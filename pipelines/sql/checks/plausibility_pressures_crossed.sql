-- Infusions at which the diastolic blood pressure is not below the systolic, before or at the peak.
-- Grain: site
select
    site,
    count(*) filter (where diastolic_before >= systolic_before or diastolic_peak >= systolic_peak) as n_violated,
    count(*) as n_checked
from examined.infusions
where
    (systolic_before is not null and diastolic_before is not null)
    or (systolic_peak is not null and diastolic_peak is not null)
group by site
