-- Scores made up from fewer items than the questionnaire has, among those that came with items.
-- Grain: site
select
    courses.site,
    count(*) filter (where assessments.is_prorated) as n_violated,
    count(*) as n_checked
from outcome.assessments as assessments
inner join outcome.courses as courses on assessments.course_key = courses.course_key
where assessments.n_answered > 0
group by courses.site
