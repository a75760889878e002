-- Sites and scales at which not one of many courses is worse in the headline window than at baseline.
-- Grain: site
-- Assumption: checked once at least so many courses were observed; smaller sites are taken together under
-- "not recorded". Worse is any higher total: on all scales lower is better.
with
site_counts as (
    select
        courses.site,
        outcomes.scale,
        count(*) as n_observed,
        count(*) filter (where outcomes.score > outcomes.baseline_score) as n_worse
    from outcome.window_outcomes as outcomes
    inner join ref.headline_window as headline on outcomes.window_name = headline.window_name
    inner join ref.scales as scales on outcomes.scale = scales.scale
    inner join outcome.courses as courses on outcomes.course_key = courses.course_key
    where outcomes.follow_up = 'observed' and scales.purpose = 'outcome'
    group by courses.site, outcomes.scale
),

groups as (
    select
        case when counts.n_observed >= parameters.least_courses_for_worse then counts.site else 'not recorded' end as site,
        counts.scale,
        sum(counts.n_observed) as n_observed,
        sum(counts.n_worse) as n_worse
    from site_counts as counts
    cross join ref.quality_parameters as parameters
    group by 1, 2
)

select
    groups.site,
    count(*) filter (where groups.n_worse = 0) as n_violated,
    count(*) as n_checked
from groups
cross join ref.quality_parameters as parameters
where groups.n_observed >= parameters.least_courses_for_worse
group by groups.site
