-- Courses without a patient's pseudonym.
-- Grain: site
select
    courses.site,
    count(*) filter (where given.patient_id is null) as n_violated,
    count(*) as n_checked
from outcome.courses as courses
inner join accepted.courses as given on courses.course_key = given.course_key
group by courses.site
