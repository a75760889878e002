-- The scores of each course on each outcome scale in their order in time, as one list, for checks of neighbours.
-- Grain: course_key, scale, rater
-- Units: minutes from the first infusion; moment as in outcome.assessments; scores in the scale's units; answers, a hash
-- of total and items
-- Sorted as structs, whose first members are their order in time: half the work of an ordered aggregate.
select
    assessments.course_key,
    assessments.scale,
    assessments.rater,
    list_sort(list({
        'moment': assessments.moment,
        'timing': assessments.timing,
        'minute': assessments.minute,
        'score': assessments.score,
        'answers': hash(assessments.score, assessments.items)
    })) as scores
from outcome.assessments as assessments
inner join ref.scales as scales on assessments.scale = scales.scale
where scales.purpose = 'outcome'
group by assessments.course_key, assessments.scale, assessments.rater
