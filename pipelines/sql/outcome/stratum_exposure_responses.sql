-- Responses counted by stratum and by what was recorded of the first infusion, within bands of dose and severity.
-- Grain: stratum_key, exposure, level, dose_band_position, severity_band_position, window_name, rule
-- Units: bands counted from the lowest; dose_band_position 0 is a dose that was not recorded, severity_band_position 0
-- a scale without bands. Where the exposure is not recorded nothing is compared, and both are 0.
select
    members.stratum_key,
    exposures.exposure,
    exposures.level,
    case when exposures.level = 'not recorded' then 0 else exposures.dose_band_position end as dose_band_position,
    case when exposures.level = 'not recorded' then 0 else coalesce(severity.band_position, 0) end
        as severity_band_position,
    responses.window_name,
    responses.rule,
    count(*) filter (where responses.follow_up = 'observed') as n_observed,
    count(*) filter (where responses.follow_up = 'missed') as n_missed,
    count(*) filter (where responses.follow_up = 'pending') as n_pending,
    count(*) filter (where responses.follow_up = 'not_anchored') as n_not_anchored,
    count(*) filter (where responses.is_met) as n_met
from outcome.stratum_courses as members
inner join outcome.exposures as exposures on members.course_key = exposures.course_key
inner join outcome.responses as responses
    on members.course_key = responses.course_key and members.scale = responses.scale
inner join ref.scale_rules as rules on responses.scale = rules.scale and responses.rule = rules.rule
left join outcome.baseline_bands as severity
    on members.course_key = severity.course_key and members.scale = severity.scale
where rules.kind in ('response', 'response_points')
group by all
