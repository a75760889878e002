-- Changes that meet a response rule to the very point, where a baseline allows that at all.
-- Grain: site
-- Assumption: the headline window; each rule that the scale offers is checked by itself.
select
    courses.site,
    count(*) filter (where 100 * outcomes.score = rules.kept_percent * outcomes.baseline_score) as n_violated,
    count(*) as n_checked
from outcome.window_outcomes as outcomes
inner join ref.headline_window as headline on outcomes.window_name = headline.window_name
inner join ref.scale_rules as rules on outcomes.scale = rules.scale
inner join ref.scales as scales on outcomes.scale = scales.scale
inner join outcome.courses as courses on outcomes.course_key = courses.course_key
where
    outcomes.follow_up = 'observed'
    and rules.kind = 'response'
    and outcomes.baseline_score > 0
    and (rules.kept_percent * outcomes.baseline_score) % (100 * scales.step) = 0
group by courses.site
