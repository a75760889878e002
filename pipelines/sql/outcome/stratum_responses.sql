-- Responses counted by stratum.
-- Grain: stratum_key, window_name, rule
select
    members.stratum_key,
    responses.window_name,
    responses.rule,
    count(*) filter (where responses.follow_up = 'observed') as n_observed,
    count(*) filter (where responses.follow_up = 'missed') as n_missed,
    count(*) filter (where responses.follow_up = 'pending') as n_pending,
    count(*) filter (where responses.follow_up = 'not_anchored') as n_not_anchored,
    count(*) filter (where responses.is_met) as n_met,
    count(*) filter (where responses.follow_up = 'observed' and responses.is_on_maintenance) as n_on_maintenance,
    count(*) filter (where responses.is_met and responses.is_on_maintenance) as n_met_on_maintenance,
    count(*) filter (where responses.follow_up = 'observed' and not responses.is_on_maintenance)
        as n_without_maintenance,
    count(*) filter (where responses.is_met and not responses.is_on_maintenance) as n_met_without_maintenance
from outcome.stratum_courses as members
inner join outcome.responses as responses
    on members.course_key = responses.course_key and members.scale = responses.scale
group by members.stratum_key, responses.window_name, responses.rule
