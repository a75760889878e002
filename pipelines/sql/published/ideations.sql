-- Courses started by their level of suicidal ideation at baseline and in a window, from each source.
-- Grain: started_key, source, window_name, follow_up, baseline_level, window_level
-- Levels are NULL where the score was recorded without the item; window_level also where there is no score.
select
    members.started_key,
    ideations.source,
    cast(ideations.window_name as varchar) as window_name,
    cast(ideations.follow_up as varchar) as follow_up,
    ideations.baseline_level,
    ideations.window_level,
    cast(count(*) as integer) as n_courses
from outcome.started_members as members
inner join outcome.ideations as ideations on members.course_key = ideations.course_key
group by all
