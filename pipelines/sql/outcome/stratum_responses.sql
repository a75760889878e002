-- Responses counted by stratum.
-- Grain: stratum_key, window_name, rule
-- n_worse: observed with a score above the baseline, by however little.
with
judged as (
    select
        counts.stratum_key,
        counts.window_name,
        rules.rule,
        counts.follow_up,
        counts.is_on_maintenance,
        counts.n_courses,
        coalesce(verdicts.is_met, false) as is_met,
        counts.score > counts.baseline_score as is_worse
    from outcome.stratum_windows as counts
    inner join ref.scale_rules as rules on counts.scale = rules.scale
    left join outcome.verdicts as verdicts
        on
            counts.scale = verdicts.scale
            and counts.baseline_score = verdicts.baseline_score
            and counts.score = verdicts.score
            and rules.rule = verdicts.rule
)

select
    stratum_key,
    window_name,
    rule,
    coalesce(sum(n_courses) filter (where follow_up = 'observed'), 0) as n_observed,
    coalesce(sum(n_courses) filter (where follow_up = 'missed'), 0) as n_missed,
    coalesce(sum(n_courses) filter (where follow_up = 'pending'), 0) as n_pending,
    coalesce(sum(n_courses) filter (where follow_up = 'not_anchored'), 0) as n_not_anchored,
    coalesce(sum(n_courses) filter (where follow_up = 'observed' and is_met), 0) as n_met,
    coalesce(sum(n_courses) filter (where follow_up = 'observed' and is_worse), 0) as n_worse,
    coalesce(sum(n_courses) filter (where follow_up = 'observed' and is_on_maintenance), 0) as n_on_maintenance,
    coalesce(sum(n_courses) filter (where follow_up = 'observed' and is_on_maintenance and is_met), 0)
        as n_met_on_maintenance,
    coalesce(sum(n_courses) filter (where follow_up = 'observed' and not is_on_maintenance), 0)
        as n_without_maintenance,
    coalesce(sum(n_courses) filter (where follow_up = 'observed' and not is_on_maintenance and is_met), 0)
        as n_met_without_maintenance
from judged
group by stratum_key, window_name, rule
