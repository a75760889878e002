-- The induction of each course: the infusions of its first days, up to a number.
-- Grain: course_key
-- Units: minutes from the first infusion
-- Assumption: induction is closed by its last permitted infusion, by any record after its days, or when the
-- source was filled in that long past the course's period; where that is unknown, it is taken as closed.
-- Reference: ref.parameters, from definitions/outcomes.toml
with
earliest_infusions as (
    select
        courses.course_key,
        min(infusions.minute, 8) as minutes,
        count(*) as n_infusions,
        max(infusions.minute) as last_infusion_minute
    from accepted.infusions as infusions
    inner join accepted.courses as courses
        on infusions.source = courses.source and infusions.course_id = courses.course_id
    group by courses.course_key
),

last_scores as (
    select course_key, max(minute) as last_score_minute
    from outcome.assessments
    group by course_key
)

select
    courses.course_key,
    coalesce(earliest_infusions.n_infusions, 0) as n_infusions,
    earliest_infusions.minutes[2] as second_infusion_minute,
    list_max(list_filter(
        earliest_infusions.minutes[:parameters.induction_infusions],
        lambda minute: minute <= parameters.induction_minutes
    )) as last_induction_minute,
    greatest(earliest_infusions.last_infusion_minute, last_scores.last_score_minute) as last_record_minute,
    (
        courses.days_past_period_end is null
        or courses.days_past_period_end * 1440 >= parameters.induction_minutes
        or greatest(earliest_infusions.last_infusion_minute, last_scores.last_score_minute)
        > parameters.induction_minutes
        or len(list_filter(
            earliest_infusions.minutes, lambda minute: minute <= parameters.induction_minutes
        )) >= parameters.induction_infusions
    ) as is_induction_closed
from outcome.courses as courses
cross join ref.parameters as parameters
left join earliest_infusions on courses.course_key = earliest_infusions.course_key
left join last_scores on courses.course_key = last_scores.course_key
