-- Courses counted by stratum, by where they stand after induction and how long they went on responding.
-- Grain: stratum_key, rule, standing, left_minute, right_minute, ending, ending_minute, is_followed
-- Units: minutes from the first assessment after induction
select
    members.stratum_key,
    durabilities.rule,
    durabilities.standing,
    durabilities.left_minute,
    durabilities.right_minute,
    durabilities.ending,
    durabilities.ending_minute,
    durabilities.is_followed,
    count(*) as n_courses
from outcome.stratum_courses as members
inner join outcome.durabilities as durabilities
    on members.course_key = durabilities.course_key and members.scale = durabilities.scale
group by
    members.stratum_key, durabilities.rule, durabilities.standing, durabilities.left_minute, durabilities.right_minute,
    durabilities.ending, durabilities.ending_minute, durabilities.is_followed
