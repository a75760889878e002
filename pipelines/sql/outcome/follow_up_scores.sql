-- Every score after the first infusion beside the baseline that it is compared with.
-- Grain: baseline_key, minute, timing
-- Units: minute from the first infusion; moment as in outcome.assessments; scores in the scale's units
-- Assumption: change is taken within one rater, so only scores of the baseline's rater count.
select
    baselines.baseline_key,
    baselines.course_key,
    baselines.scale,
    assessments.minute,
    assessments.timing,
    assessments.moment,
    assessments.score,
    baselines.baseline_score
from outcome.assessments as assessments
inner join outcome.baselines as baselines
    on
        assessments.course_key = baselines.course_key
        and assessments.scale = baselines.scale
        and assessments.rater = baselines.rater
where assessments.moment > 0
