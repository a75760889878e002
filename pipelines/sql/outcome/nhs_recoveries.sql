-- How each course stands for recovery as NHS Talking Therapies reports it: finished or not, and what changed from the
-- first to the last scores on all measures.
-- Grain: course_key
-- Units: scores compared in the scale's units
-- standing, the first that holds: not_recorded, no infusion rows; pending, induction or the time for the last score may
-- not be over; too_few_contacts; finished.
-- Assumption: contacts are infusions of induction. First is the baseline; last is the last score of the baseline's rater
-- after the first infusion, until so many days after the last infusion of induction. has_first, has_last: on every
-- measure. Judgements need a finished course with both and are NULL otherwise; at caseness needs the first alone.
-- is_last_before_end: a last score stands before the last infusion of induction
-- Reference: ref.nhs_rule and ref.nhs_measures (definitions/outcomes.toml)
with
spans as (
    select
        inductions.course_key,
        inductions.induction_anchor_minute,
        inductions.induction_anchor_minute + rule.last_score_minutes as to_minute,
        case
            when inductions.n_infusions = 0 then 'not_recorded'
            when not inductions.is_induction_closed then 'pending'
            when
                courses.days_past_period_end * 1440 < inductions.induction_anchor_minute + rule.last_score_minutes
                and inductions.last_record_minute <= inductions.induction_anchor_minute + rule.last_score_minutes
                then 'pending'
            when inductions.n_induction_infusions < rule.fewest_contacts then 'too_few_contacts'
            else 'finished'
        end as standing
    from outcome.inductions as inductions
    inner join outcome.courses as courses on inductions.course_key = courses.course_key
    cross join ref.nhs_rule as rule
),

last_scores as (
    select
        scores.baseline_key,
        arg_max(
            {'score': scores.score, 'minute': scores.minute},
            4 * scores.moment + coalesce(list_position(['before', 'during', 'after'], scores.timing), 0)
        ) as last_score
    from outcome.follow_up_scores as scores
    inner join spans on scores.course_key = spans.course_key
    where scores.minute <= spans.to_minute
    group by scores.baseline_key
),

measured as (
    select
        baselines.course_key,
        count(*) as n_first,
        count(last_scores.last_score) as n_last,
        bool_or(baselines.baseline_score >= measures.caseness_score) as is_case_at_first,
        bool_or(last_scores.last_score.score >= measures.caseness_score) as is_case_at_last,
        bool_or(baselines.baseline_score - last_scores.last_score.score >= measures.reliable_score) as has_fallen,
        bool_or(last_scores.last_score.score - baselines.baseline_score >= measures.reliable_score) as has_risen,
        bool_or(last_scores.last_score.minute < spans.induction_anchor_minute) as is_last_before_end
    from outcome.baselines as baselines
    inner join ref.nhs_measures as measures on baselines.scale = measures.scale
    inner join spans on baselines.course_key = spans.course_key
    left join last_scores on baselines.baseline_key = last_scores.baseline_key
    group by baselines.course_key
),

judged as (
    select
        spans.course_key,
        spans.standing,
        measured.* exclude (course_key),
        coalesce(measured.n_first = rule.n_measures, false) as has_first,
        coalesce(measured.n_last = rule.n_measures, false) as has_last
    from spans
    cross join ref.nhs_rule as rule
    left join measured on spans.course_key = measured.course_key
)

select
    course_key,
    standing,
    has_first,
    has_last,
    case when has_first then is_case_at_first end as is_at_caseness,
    case when standing = 'finished' and has_last then is_case_at_first and not is_case_at_last end as is_recovered,
    case when standing = 'finished' and has_last then has_fallen and not has_risen end as is_reliably_improved,
    case when standing = 'finished' and has_last then has_risen and not has_fallen end as is_reliably_deteriorated,
    case when standing = 'finished' and has_last then is_last_before_end end as is_last_before_end
from judged
