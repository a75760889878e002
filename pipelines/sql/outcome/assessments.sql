-- Every accepted score on its course's clock; those of a scale that is no longer defined are left out.
-- Grain: course_key, scale, rater, minute, timing
-- Units: score in the scale's units; minute from the first infusion; moment = 2 * minute, and 1 more where the score is labelled during or
-- after an infusion at that minute, so that moments order what minutes cannot
select
    scores.course_key,
    cast(scores.scale as scale_name) as scale,
    cast(scores.rater as rater_name) as rater,
    scores.minute,
    cast(scores.timing as timing_name) as timing,
    scores.infusion_number,
    2 * scores.minute + case when scores.timing in ('during', 'after') then 1 else 0 end as moment,
    scores.score,
    scores.items,
    scores.n_answered,
    scores.is_prorated,
    scores.is_day_resolution
from accepted.scores as scores
where try_cast(scores.scale as scale_name) is not null
