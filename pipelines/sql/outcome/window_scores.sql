-- The score that stands for a window: the one nearest to its target, the earlier on a tie, never the best.
-- Grain: baseline_key, window_name
-- Units: score in the scale's units; minute from the first infusion
-- Assumption: a score at the anchor's minute precedes it unless labelled otherwise.
with
anchored as (
    select
        scores.baseline_key,
        scores.minute,
        scores.moment,
        scores.score,
        windows.window_name,
        windows.from_minute,
        windows.to_minute,
        windows.target_minute,
        case windows.anchor when 'first_infusion' then 0 else inductions.induction_anchor_minute end as anchor_minute,
        case when windows.before_infusion = 2 then inductions.second_infusion_minute end as closing_infusion_minute
    from outcome.follow_up_scores as scores
    inner join outcome.inductions as inductions on scores.course_key = inductions.course_key
    cross join ref.windows as windows
)

select
    baseline_key,
    window_name,
    arg_min(
        score,
        4 * abs(minute - anchor_minute - target_minute)
        + case when minute > anchor_minute + target_minute then 2 else 0 end
        + moment % 2
    ) as score
from anchored
where
    minute >= anchor_minute + from_minute
    and minute <= anchor_minute + to_minute
    and moment > 2 * anchor_minute
    and (closing_infusion_minute is null or moment <= 2 * closing_infusion_minute)
group by baseline_key, window_name
