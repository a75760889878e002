-- The induction of each course: the infusions of its first days, up to a number.
-- Grain: course_key
-- Units: minutes from the first infusion
-- Assumption: induction is closed by its last permitted infusion, by any record after its days, or when the
-- source was filled in that long past the course's period; where that is unknown, it is taken as closed.
-- induction_anchor_minute: the last induction infusion; without infusion rows unknown, unless the program's settings
-- take the first infusion in its place.
-- first_maintenance_minute: the first infusion after induction.
-- Reference: ref.parameters, from definitions/outcomes.toml
with
infusion_times as (
    select
        infusions.course_key,
        list_sort(list(infusions.minute)) as infusion_minutes,
        cast(least(
            count(*) filter (where infusions.minute <= parameters.induction_minutes),
            any_value(parameters.induction_infusions)
        ) as integer) as n_induction_infusions,
        cast(count(*) as integer) as n_infusions
    from accepted.infusions as infusions
    cross join ref.parameters as parameters
    group by infusions.course_key
),

last_scores as (
    select course_key, max(last_minute) as last_score_minute
    from outcome.scored_scales
    group by course_key
)

select
    courses.course_key,
    infusion_times.infusion_minutes,
    coalesce(infusion_times.n_infusions, 0) as n_infusions,
    infusion_times.n_induction_infusions,
    infusion_times.infusion_minutes[2] as second_infusion_minute,
    case
        when infusion_times.n_infusions > 0 then infusion_times.infusion_minutes[infusion_times.n_induction_infusions]
        when parameters.is_anchored_without_infusions then 0
    end as induction_anchor_minute,
    infusion_times.infusion_minutes[infusion_times.n_induction_infusions + 1] as first_maintenance_minute,
    greatest(list_last(infusion_times.infusion_minutes), last_scores.last_score_minute) as last_record_minute,
    (
        courses.days_past_period_end is null
        or courses.days_past_period_end * 1440 >= parameters.induction_minutes
        or greatest(list_last(infusion_times.infusion_minutes), last_scores.last_score_minute)
        > parameters.induction_minutes
        or infusion_times.n_induction_infusions >= parameters.induction_infusions
    ) as is_induction_closed
from outcome.courses as courses
cross join ref.parameters as parameters
left join infusion_times on courses.course_key = infusion_times.course_key
left join last_scores on courses.course_key = last_scores.course_key
