-- Response and remission in each observed window, by every rule that the scale offers, in exact arithmetic.
-- Grain: course_key, scale, window_name, rule
-- Kept as: view
-- Assumption: inclusive, as in 100 * follow_up <= kept_percent * baseline; a baseline of 0 is not evaluable.
select
    outcomes.course_key,
    outcomes.scale,
    outcomes.window_name,
    rules.rule,
    outcomes.follow_up,
    coalesce(outcomes.follow_up = 'observed', false) and case
        when outcomes.baseline_score <= 0 then false
        when rules.kind = 'response' then 100 * outcomes.score <= rules.kept_percent * outcomes.baseline_score
        when rules.cut_operator = '<' then outcomes.score < rules.cut_score
        else outcomes.score <= rules.cut_score
    end as is_met
from outcome.window_outcomes as outcomes
inner join ref.scale_rules as rules on outcomes.scale = rules.scale
