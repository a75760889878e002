-- The score that stands for a window: the one nearest to its target, the earlier on a tie, never the best.
-- Grain: baseline_key, window_name
-- Units: scores in the scale's units; moment as in outcome.assessments
-- Assumption: a score at the anchor's minute precedes it unless labelled otherwise. While induction may go on, no score
-- stands for a window after it. A score may serve two windows: later_window is the next that it serves too;
-- is_in_trajectory counts it once, in the last of them; a window for sensitivity stands outside that order.
with
anchors as (
    select
        inductions.course_key,
        windows.*,
        case
            when windows.anchor = 'first_infusion' then 0
            when inductions.is_induction_closed then inductions.induction_anchor_minute
        end as anchor_minute,
        case when windows.before_infusion = 2 then 2 * inductions.second_infusion_minute end as last_moment
    from outcome.inductions as inductions
    cross join ref.windows as windows
),

frames as (
    select
        course_key,
        window_name,
        is_for_sensitivity,
        anchor_minute + from_minute as from_minute,
        anchor_minute + to_minute as to_minute,
        anchor_minute + target_minute as target_minute,
        2 * anchor_minute as anchor_moment,
        last_moment
    from anchors
    where anchor_minute is not null
),

candidates as (
    select
        scores.baseline_key,
        scores.moment,
        scores.score,
        frames.window_name,
        frames.is_for_sensitivity,
        4 * (2 * abs(scores.minute - frames.target_minute) + case when scores.minute > frames.target_minute then 1 else 0 end)
        + case scores.timing when 'before' then 1 when 'during' then 2 when 'after' then 3 else 0 end as distance
    from outcome.follow_up_scores as scores
    inner join frames on scores.course_key = frames.course_key
    where
        scores.minute >= frames.from_minute
        and scores.minute <= frames.to_minute
        and scores.moment > frames.anchor_moment
        and (frames.last_moment is null or scores.moment <= frames.last_moment)
),

nearest as (
    select
        baseline_key,
        window_name,
        any_value(is_for_sensitivity) as is_for_sensitivity,
        arg_min(score, distance) as score,
        arg_min(moment, distance) as moment
    from candidates
    group by baseline_key, window_name
),

-- The names of windows sort in the order of the definitions, which is that of time.
served as (
    select
        *,
        case
            when not is_for_sensitivity
                then lead(window_name) over (partition by baseline_key, moment, is_for_sensitivity order by window_name)
        end as later_window
    from nearest
)

select
    baseline_key,
    window_name,
    score,
    moment,
    later_window,
    later_window is null as is_in_trajectory
from served
