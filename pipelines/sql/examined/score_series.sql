-- The scores of each course on each outcome scale in their order in time, as one list, for checks of neighbours.
-- Grain: course_key, scale, rater
-- Units: minutes from the first infusion; scores in the scale's units; answers, a hash of total and items
select
    assessments.course_key,
    assessments.scale,
    assessments.rater,
    list(
        {'minute': assessments.minute, 'score': assessments.score, 'answers': hash(assessments.score, assessments.items)}
        order by assessments.moment, assessments.timing
    ) as scores
from outcome.assessments as assessments
inner join ref.scales as scales on assessments.scale = scales.scale
where scales.purpose = 'outcome'
group by assessments.course_key, assessments.scale, assessments.rater
