-- Baselines of the day of the first infusion that nothing says were taken before it.
-- Grain: site
select
    courses.site,
    count(*) filter (where baselines.is_assumed_before) as n_violated,
    count(*) as n_checked
from outcome.baselines as baselines
inner join ref.scales as scales on baselines.scale = scales.scale
inner join outcome.courses as courses on baselines.course_key = courses.course_key
where scales.purpose = 'outcome'
group by courses.site
