-- Scores that differ from the one up to a day before by more than a scale changes in a day.
-- Grain: site
-- Units: minutes from the first infusion; scores in the scale's units; the parameter in per cent of the scale's range
-- Assumption: a scale that asks about a day or less may jump and is not checked.
with
sequences as (
    select
        assessments.course_key,
        assessments.minute,
        assessments.score,
        scales.maximum - scales.minimum as range_score,
        lag(assessments.minute) over histories as minute_before,
        lag(assessments.score) over histories as score_before
    from outcome.assessments as assessments
    inner join ref.scales as scales on assessments.scale = scales.scale
    where scales.is_whole_days and scales.purpose = 'outcome'
    window histories as (
        partition by assessments.course_key, assessments.scale, assessments.rater
        order by assessments.moment, assessments.timing
    )
)

select
    courses.site,
    count(*) filter (
        where
        100 * abs(sequences.score - sequences.score_before) >= parameters.jump_percent_of_range * sequences.range_score
    ) as n_violated,
    count(*) as n_checked
from sequences
inner join outcome.courses as courses on sequences.course_key = courses.course_key
cross join ref.quality_parameters as parameters
where sequences.minute - sequences.minute_before <= 1440
group by courses.site
