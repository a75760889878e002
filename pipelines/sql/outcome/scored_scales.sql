-- The scales that each course has any score on.
-- Grain: course_key, scale
-- Units: moment as in outcome.assessments; minute from the first infusion
select
    course_key,
    scale,
    min(moment) as first_moment,
    max(minute) as last_minute
from outcome.assessments
group by course_key, scale
