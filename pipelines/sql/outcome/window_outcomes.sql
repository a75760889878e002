-- Each window of a course on each scale with a baseline: observed, missed, pending or not anchored.
-- Grain: course_key, scale, window_name
-- Units: scores in the scale's points
-- Assumption: a window without a score is missed once it is over, that is once the source was filled in past its
-- end for the latest possible start of the course, or once any later record stands; until then it is pending.
-- Where it is unknown how far the source was filled in, nothing is pending.
select
    baselines.course_key,
    baselines.scale,
    windows.window_name,
    baselines.baseline_score,
    window_scores.score,
    case
        when anchors.anchor_minute is null then 'not_anchored'
        when not anchors.is_anchor_final then 'pending'
        when window_scores.score is not null then 'observed'
        when courses.days_past_period_end is null then 'missed'
        when courses.days_past_period_end * 1440 >= anchors.anchor_minute + windows.to_minute then 'missed'
        when anchors.last_record_minute > anchors.anchor_minute + windows.to_minute then 'missed'
        else 'pending'
    end as follow_up
from outcome.baselines as baselines
inner join outcome.courses as courses on baselines.course_key = courses.course_key
inner join outcome.anchors as anchors on baselines.course_key = anchors.course_key
inner join ref.windows as windows on anchors.window_name = windows.window_name
left join outcome.window_scores as window_scores
    on
        baselines.course_key = window_scores.course_key
        and baselines.scale = window_scores.scale
        and windows.window_name = window_scores.window_name
