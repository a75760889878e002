-- The induction of each course: the infusions of its first days, up to a number.
-- Grain: course_key
-- Units: minutes from the first infusion
-- Assumption: induction is closed by its last permitted infusion, by any record after its days, or when the
-- source was filled in that long past the course's period; where that is unknown, it is taken as closed.
-- induction_anchor_minute: the last induction infusion; without infusion rows unknown, unless the program's settings
-- take the first infusion in its place.
-- Reference: ref.parameters, from definitions/outcomes.toml
with
infusion_times as (
    select
        infusions.course_key,
        list_slice(
            list_sort(list(infusions.minute) filter (where infusions.minute <= parameters.induction_minutes)),
            1,
            any_value(parameters.induction_infusions)
        ) as induction_minutes,
        list_last(list_slice(min(infusions.minute, 2), 2, 2)) as second_infusion_minute,
        count(*) as n_infusions,
        max(infusions.minute) as last_infusion_minute
    from accepted.infusions as infusions
    cross join ref.parameters as parameters
    group by infusions.course_key
),

last_scores as (
    select course_key, max(minute) as last_score_minute
    from outcome.assessments
    group by course_key
)

select
    courses.course_key,
    coalesce(infusion_times.n_infusions, 0) as n_infusions,
    infusion_times.second_infusion_minute,
    case
        when infusion_times.n_infusions > 0 then list_last(infusion_times.induction_minutes)
        when parameters.is_anchored_without_infusions then 0
    end as induction_anchor_minute,
    greatest(infusion_times.last_infusion_minute, last_scores.last_score_minute) as last_record_minute,
    (
        courses.days_past_period_end is null
        or courses.days_past_period_end * 1440 >= parameters.induction_minutes
        or greatest(infusion_times.last_infusion_minute, last_scores.last_score_minute) > parameters.induction_minutes
        or len(infusion_times.induction_minutes) >= parameters.induction_infusions
    ) as is_induction_closed
from outcome.courses as courses
cross join ref.parameters as parameters
left join infusion_times on courses.course_key = infusion_times.course_key
left join last_scores on courses.course_key = last_scores.course_key
