-- Pairs of baseline and later score counted by stratum and window; without a score, where the window stands.
-- Grain: stratum_key, window_name, follow_up, is_on_maintenance, is_in_trajectory, baseline_score, score
-- Units: scores in the scale's units
select
    members.stratum_key,
    any_value(members.scale) as scale,
    outcomes.window_name,
    outcomes.follow_up,
    outcomes.is_on_maintenance,
    outcomes.is_in_trajectory,
    outcomes.baseline_score,
    outcomes.score,
    count(*) as n_courses
from outcome.stratum_courses as members
inner join outcome.window_outcomes as outcomes
    on members.course_key = outcomes.course_key and members.scale = outcomes.scale
group by
    members.stratum_key, outcomes.window_name, outcomes.follow_up, outcomes.is_on_maintenance,
    outcomes.is_in_trajectory, outcomes.baseline_score, outcomes.score
