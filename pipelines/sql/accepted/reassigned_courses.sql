-- Accepted courses that the store holds as another patient's or another site's; a blank is not another one.
-- Grain: course_id
select
    accepted.course_id,
    coalesce(accepted.patient_id <> held.patient_id, false) as has_other_patient,
    coalesce(accepted.site <> held.site, false) as has_other_site
from accepted.courses as accepted
inner join live.courses as held on accepted.course_id = held.course_id
where accepted.patient_id <> held.patient_id or accepted.site <> held.site
