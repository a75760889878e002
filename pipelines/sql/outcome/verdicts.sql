-- Whether a pair of baseline and later score meets each rule that the scale offers, in exact arithmetic.
-- Grain: scale, baseline_score, score, rule
-- Units: scores in the scale's units
-- Assumption: inclusive, as in 100 * follow_up <= kept_percent * baseline; a baseline of 0 is not evaluable.
-- A rule in points keeps 100 per cent less its fall.
select
    changes.scale,
    changes.baseline_score,
    changes.score,
    rules.rule,
    case
        when changes.baseline_score <= 0 then false
        when rules.kind = 'reliable_worsening' then changes.score >= changes.baseline_score + rules.rise_score
        when rules.kind = 'remission' and rules.cut_operator = '<' then changes.score < rules.cut_score
        when rules.kind = 'remission' then changes.score <= rules.cut_score
        else 100 * changes.score <= rules.kept_percent * changes.baseline_score - 100 * rules.fall_score
    end as is_met
from outcome.changes as changes
inner join ref.scale_rules as rules on changes.scale = rules.scale
