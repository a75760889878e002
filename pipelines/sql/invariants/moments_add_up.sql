-- Cells and steps in which the patterns of follow-up hold other courses, scores or changes than the trajectory does.
-- Grain: cell_key, window_name
with
steps as (
    select
        cell_key,
        first_step as window_name,
        sum(n_courses) as n_scored,
        sum(score_sum) as score_sum,
        sum(score_product_sum) as score_square_sum,
        sum(fraction_sum) as fraction_sum
    from published.trajectory_moments
    where first_step = second_step
    group by cell_key, first_step
)

select
    trajectories.cell_key,
    trajectories.window_name,
    trajectories.n_scored,
    steps.n_scored as n_in_patterns
from published.trajectories as trajectories
left join ref.windows as windows on trajectories.window_name = cast(windows.window_name as varchar)
left join steps on trajectories.cell_key = steps.cell_key and trajectories.window_name = steps.window_name
where
    not coalesce(windows.is_for_sensitivity, false)
    and (
        trajectories.n_scored <> coalesce(steps.n_scored, 0)
        or trajectories.score_sum is distinct from steps.score_sum
        or trajectories.score_square_sum is distinct from steps.score_square_sum
        or trajectories.fraction_sum is distinct from steps.fraction_sum
    )
