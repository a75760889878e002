-- Sites at which every course has the very same score on a scale, at baseline or in the headline window.
-- Grain: site
-- Assumption: a site and scale are checked once at least so many courses have the score.
with
scores as (
    select baselines.course_key, baselines.scale, 'baseline' as moment, baselines.baseline_score as score
    from outcome.baselines as baselines
    union all
    select outcomes.course_key, outcomes.scale, 'headline window' as moment, outcomes.score
    from outcome.window_outcomes as outcomes
    inner join ref.headline_window as headline on outcomes.window_name = headline.window_name
    where outcomes.follow_up = 'observed'
),

site_scales as (
    select
        courses.site,
        scores.scale,
        scores.moment,
        count(*) as n_courses,
        min(scores.score) = max(scores.score) as is_one_score
    from scores
    inner join ref.scales as scales on scores.scale = scales.scale
    inner join outcome.courses as courses on scores.course_key = courses.course_key
    where scales.purpose = 'outcome'
    group by courses.site, scores.scale, scores.moment
)

select
    site_scales.site,
    count(*) filter (where site_scales.is_one_score) as n_violated,
    count(*) as n_checked
from site_scales
cross join ref.quality_parameters as parameters
where site_scales.n_courses >= parameters.least_courses_for_one_score
group by site_scales.site
