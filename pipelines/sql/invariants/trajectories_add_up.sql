-- Cells and windows in which the courses scored, counted later, missed, pending and not anchored are not the
-- population, or in which the distribution of change holds more courses than were scored.
-- Grain: cell_key, window_name
with
distributions as (
    select cell_key, window_name, sum(n_courses) as n_courses
    from published.change_distributions
    group by cell_key, window_name
)

select
    steps.cell_key,
    steps.window_name,
    baselines.n_in_population,
    steps.n_scored + steps.n_counted_later + steps.n_missed + steps.n_pending + steps.n_not_anchored as n_courses,
    distributions.n_courses as n_in_distribution
from published.trajectories as steps
left join published.baselines as baselines on steps.cell_key = baselines.cell_key
left join distributions on steps.cell_key = distributions.cell_key and steps.window_name = distributions.window_name
where
    baselines.n_in_population is distinct from
    steps.n_scored + steps.n_counted_later + steps.n_missed + steps.n_pending + steps.n_not_anchored
    or (steps.fraction_sum is not null and distributions.n_courses is distinct from steps.n_scored)
