-- Each window of a course on each scale with a baseline: observed, missed, pending or not anchored.
-- Grain: course_key, scale, window_name
-- Units: scores in the scale's units; moment as in outcome.assessments, of the score that stands for the window
-- Assumption: a window without a score is missed once it is over, that is once the source was filled in past its
-- end for the latest possible start of the course, or once any later record stands; until then it is pending.
-- Where it is unknown how far the source was filled in, nothing is pending.
-- is_on_maintenance: whether an infusion stands between induction and the score of a window that is counted from the
-- end of induction; NULL for other windows, without infusion rows, and without a score.
-- is_in_trajectory: whether the score counts here in trajectories; one that serves two windows counts in the later,
-- which is later_window.
with
windowed as (
    select
        baselines.baseline_key,
        baselines.course_key,
        baselines.scale,
        baselines.baseline_score,
        windows.window_name,
        windows.to_minute,
        inductions.last_record_minute,
        inductions.first_maintenance_minute,
        windows.anchor = 'last_induction_infusion' and inductions.n_infusions > 0 as is_maintenance_known,
        courses.days_past_period_end,
        case windows.anchor when 'first_infusion' then 0 else inductions.induction_anchor_minute end as anchor_minute,
        windows.anchor = 'first_infusion' or inductions.is_induction_closed as is_anchor_final
    from outcome.baselines as baselines
    inner join outcome.courses as courses on baselines.course_key = courses.course_key
    inner join outcome.inductions as inductions on baselines.course_key = inductions.course_key
    cross join ref.windows as windows
)

select
    windowed.course_key,
    windowed.scale,
    windowed.window_name,
    windowed.baseline_score,
    window_scores.score,
    window_scores.moment,
    cast(case
        when windowed.anchor_minute is null then 'not_anchored'
        when not windowed.is_anchor_final then 'pending'
        when window_scores.score is not null then 'observed'
        when windowed.days_past_period_end is null then 'missed'
        when windowed.days_past_period_end * 1440 >= windowed.anchor_minute + windowed.to_minute then 'missed'
        when windowed.last_record_minute > windowed.anchor_minute + windowed.to_minute then 'missed'
        else 'pending'
    end as follow_up_name) as follow_up,
    case
        when windowed.is_maintenance_known and window_scores.moment is not null
            then coalesce(2 * windowed.first_maintenance_minute < window_scores.moment, false)
    end as is_on_maintenance,
    coalesce(window_scores.is_in_trajectory, false) as is_in_trajectory,
    window_scores.later_window
from windowed
left join outcome.window_scores as window_scores
    on
        windowed.baseline_key = window_scores.baseline_key
        and windowed.window_name = window_scores.window_name
