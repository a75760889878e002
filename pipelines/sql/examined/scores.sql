-- Every score of an outcome scale that has one before it, beside that one, for checks.
-- Grain: course_key, scale, rater, minute, timing
-- Units: minutes from the first infusion; scores in the scale's units
-- repeats_two_before: whether the two before have the same total, and the same answers where items are given; NULL
-- where there are not two
with
forms as (
    select
        assessments.course_key,
        assessments.scale,
        assessments.rater,
        assessments.minute,
        assessments.timing,
        assessments.moment,
        assessments.score,
        hash(assessments.score, assessments.items) as answers
    from outcome.assessments as assessments
    inner join ref.scales as scales on assessments.scale = scales.scale
    where scales.purpose = 'outcome'
),

sequences as (
    select
        *,
        lag(minute) over histories as minute_before,
        lag(score) over histories as score_before,
        lag(answers) over histories as answers_before,
        lag(answers, 2) over histories as answers_before_that
    from forms
    window histories as (partition by course_key, scale, rater order by moment, timing)
)

select
    sequences.course_key,
    courses.site,
    sequences.scale,
    sequences.rater,
    sequences.minute,
    sequences.timing,
    sequences.score,
    sequences.score_before,
    sequences.minute - sequences.minute_before as minutes_since_last,
    case
        when sequences.answers_before_that is not null
            then sequences.answers = sequences.answers_before and sequences.answers = sequences.answers_before_that
    end as repeats_two_before
from sequences
inner join outcome.courses as courses on sequences.course_key = courses.course_key
where sequences.minute_before is not null
