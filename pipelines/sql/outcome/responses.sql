-- Response, remission and reliable change in each window, by every rule that the scale offers.
-- Grain: course_key, scale, window_name, rule
-- Kept as: view
select
    outcomes.course_key,
    outcomes.scale,
    outcomes.window_name,
    rules.rule,
    outcomes.follow_up,
    outcomes.is_on_maintenance,
    outcomes.follow_up = 'observed' and coalesce(verdicts.is_met, false) as is_met
from outcome.window_outcomes as outcomes
inner join ref.scale_rules as rules on outcomes.scale = rules.scale
left join outcome.verdicts as verdicts
    on
        outcomes.scale = verdicts.scale
        and outcomes.baseline_score = verdicts.baseline_score
        and outcomes.score = verdicts.score
        and rules.rule = verdicts.rule
