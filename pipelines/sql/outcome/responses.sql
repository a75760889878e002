-- Response, remission and reliable change in each observed window, by every rule that the scale offers, in exact
-- arithmetic.
-- Grain: course_key, scale, window_name, rule
-- Kept as: view
-- Units: scores in the scale's units
-- Assumption: inclusive, as in 100 * follow_up <= kept_percent * baseline; a baseline of 0 is not evaluable.
-- A rule in points keeps 100 per cent less its fall.
select
    outcomes.course_key,
    outcomes.scale,
    outcomes.window_name,
    rules.rule,
    outcomes.follow_up,
    outcomes.is_on_maintenance,
    coalesce(outcomes.follow_up = 'observed', false) and case
        when outcomes.baseline_score <= 0 then false
        when rules.kind = 'reliable_worsening' then outcomes.score >= outcomes.baseline_score + rules.rise_score
        when rules.kind = 'remission' and rules.cut_operator = '<' then outcomes.score < rules.cut_score
        when rules.kind = 'remission' then outcomes.score <= rules.cut_score
        else 100 * outcomes.score <= rules.kept_percent * outcomes.baseline_score - 100 * rules.fall_score
    end as is_met
from outcome.window_outcomes as outcomes
inner join ref.scale_rules as rules on outcomes.scale = rules.scale
