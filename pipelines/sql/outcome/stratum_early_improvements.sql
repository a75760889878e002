-- Early improvement and later response counted by stratum.
-- Grain: stratum_key, early_window, window_name, rule, early_state, follow_up, is_met
with
pairs as (
    select
        members.stratum_key,
        any_value(members.scale) as scale,
        early.early_window,
        early.window_name,
        early.early_state,
        early.follow_up,
        early.baseline_score,
        early.score,
        count(*) as n_courses
    from outcome.stratum_courses as members
    inner join outcome.early_improvements as early
        on members.course_key = early.course_key and members.scale = early.scale
    group by
        members.stratum_key, early.early_window, early.window_name, early.early_state, early.follow_up,
        early.baseline_score, early.score
)

select
    pairs.stratum_key,
    pairs.early_window,
    pairs.window_name,
    rules.rule,
    pairs.early_state,
    pairs.follow_up,
    pairs.follow_up = 'observed' and coalesce(verdicts.is_met, false) as is_met,
    sum(pairs.n_courses) as n_courses
from pairs
inner join ref.scale_rules as rules on pairs.scale = rules.scale
left join outcome.verdicts as verdicts
    on
        pairs.scale = verdicts.scale
        and pairs.baseline_score = verdicts.baseline_score
        and pairs.score = verdicts.score
        and rules.rule = verdicts.rule
where rules.kind = 'response'
group by
    pairs.stratum_key, pairs.early_window, pairs.window_name, rules.rule, pairs.early_state, pairs.follow_up,
    pairs.follow_up = 'observed' and coalesce(verdicts.is_met, false)
