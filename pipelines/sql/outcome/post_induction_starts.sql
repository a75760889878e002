-- The first assessment after induction, with which the clock of durability starts, and what ends it from outside.
-- Grain: baseline_key
-- Units: moment as in outcome.assessments; minute from the first infusion; scores in the scale's units
-- Assumption: a score labelled "during" the last infusion is not after it. Of two scores at one moment the one labelled
-- "before" comes after one without a label. The first infusion after induction starts maintenance: where it comes before
-- the first assessment, is_on_maintenance, and else it ends the clock as re-treatment. An infusion at an assessment's
-- minute comes after it unless it is labelled otherwise.
-- last_moment: of the last assessment on the scale at all. is_retreatment_seen: whether the first infusion after the start
-- came no later than on that day; one after it came out of view, as any infusion of a course no longer assessed would.
-- is_left: the course left, as recorded with a day and a reason; a course that was completed has not left, and unknown is
-- no reason. An end that is followed by any record on a later day was no leaving.
with
firsts as (
    select
        scores.baseline_key,
        scores.course_key,
        any_value(scores.scale) as scale,
        any_value(scores.baseline_score) as baseline_score,
        max(scores.moment) as last_moment,
        arg_min(
            {'moment': scores.moment, 'score': scores.score},
            4 * scores.moment + coalesce(list_position(['before', 'during', 'after'], scores.timing), 0)
        ) as first_score
    from outcome.follow_up_scores as scores
    inner join outcome.inductions as inductions on scores.course_key = inductions.course_key
    where
        inductions.n_infusions > 0
        and inductions.is_induction_closed
        and scores.moment > 2 * inductions.induction_anchor_minute
        and scores.timing is distinct from 'during'
    group by scores.baseline_key, scores.course_key
)

select
    firsts.baseline_key,
    firsts.course_key,
    firsts.scale,
    firsts.baseline_score,
    firsts.first_score.score as first_score,
    firsts.first_score.moment as start_moment,
    inductions.first_maintenance_minute,
    coalesce(2 * inductions.first_maintenance_minute < firsts.first_score.moment, false) as is_on_maintenance,
    coalesce(inductions.first_maintenance_minute // 1440 <= firsts.last_moment // 2 // 1440, false) as is_retreatment_seen,
    coalesce(
        courses.end_reason not in ('completed', 'unknown')
        and inductions.last_record_minute // 1440 <= courses.ended_day,
        false
    ) as is_left
from firsts
inner join outcome.inductions as inductions on firsts.course_key = inductions.course_key
inner join outcome.courses as courses on firsts.course_key = courses.course_key
