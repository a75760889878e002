-- The score that stands for a window: the one nearest to its target, the earlier on a tie, never the best.
-- Grain: course_key, scale, window_name
-- Units: score in the scale's points; minute from the first infusion
-- Assumption: only scores of the baseline's rater count; a score at the anchor's minute precedes it unless
-- labelled otherwise.
select
    assessments.course_key,
    assessments.scale,
    anchors.window_name,
    arg_min(
        assessments.score,
        2 * abs(assessments.minute - anchors.anchor_minute - windows.target_minute)
        + case when assessments.minute > anchors.anchor_minute + windows.target_minute then 1 else 0 end
    ) as score,
    count(*) as n_scores
from outcome.assessments as assessments
inner join outcome.baselines as baselines
    on
        assessments.course_key = baselines.course_key
        and assessments.scale = baselines.scale
        and assessments.rater = baselines.rater
inner join outcome.anchors as anchors on assessments.course_key = anchors.course_key
inner join ref.windows as windows on anchors.window_name = windows.window_name
where
    assessments.minute >= anchors.anchor_minute + windows.from_minute
    and assessments.minute <= anchors.anchor_minute + windows.to_minute
    and assessments.moment > 2 * anchors.anchor_minute
    and (anchors.closing_infusion_minute is null or assessments.moment <= 2 * anchors.closing_infusion_minute)
group by assessments.course_key, assessments.scale, anchors.window_name
