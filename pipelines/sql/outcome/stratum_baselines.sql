-- Baselines counted by stratum.
-- Grain: stratum_key, baseline_score, is_older_than_look_back, is_assumed_before
-- Units: baseline_score in the scale's units
select
    members.stratum_key,
    any_value(members.scale) as scale,
    baselines.baseline_score,
    baselines.is_older_than_look_back,
    baselines.is_assumed_before,
    count(*) as n_courses
from outcome.stratum_courses as members
inner join outcome.baselines as baselines
    on members.course_key = baselines.course_key and members.scale = baselines.scale
group by
    members.stratum_key, baselines.baseline_score, baselines.is_older_than_look_back, baselines.is_assumed_before
