-- How many infusions of induction each course received, and why there were no more.
-- Grain: course_key
-- Assumption: infusions after induction are maintenance and count elsewhere. ending, the first that holds: not_recorded,
-- there are no infusion rows; completed, all planned infusions were given or the course is recorded as completed;
-- ended_<reason>, the recorded reason why the course ended; pending, induction may still go on;
-- ended_without_reason.
select
    courses.course_key,
    coalesce(inductions.n_induction_infusions, 0) as n_induction_infusions,
    inductions.is_induction_closed,
    case
        when inductions.n_infusions = 0 then 'not_recorded'
        when inductions.n_induction_infusions >= courses.planned_infusions then 'completed'
        when courses.end_reason = 'completed' then 'completed'
        when courses.end_reason is not null then 'ended_' || courses.end_reason
        when courses.ended_day is null and not inductions.is_induction_closed then 'pending'
        else 'ended_without_reason'
    end as ending
from outcome.courses as courses
inner join outcome.inductions as inductions on courses.course_key = inductions.course_key
