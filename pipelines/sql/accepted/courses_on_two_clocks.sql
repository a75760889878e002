-- Courses of which this import moves infusions away from times that the store holds, while their scores stay as held.
-- Grain: course_id
-- Assumption: a first infusion that was corrected moves every time of its course; scores that do not come with it may
-- still count from the earlier one.
with
moved_infusions as (
    select held.course_id
    from live.infusions as held
    semi join accepted.replaced_courses as replaced
        on held.course_id = replaced.course_id and replaced.table_name = 'infusions'
    anti join accepted.infusions as accepted
        on held.course_id = accepted.course_id and held.minute = accepted.minute
)

select distinct moved.course_id
from moved_infusions as moved
semi join live.scores as held on moved.course_id = held.course_id
anti join accepted.replaced_courses as replaced
    on moved.course_id = replaced.course_id and replaced.table_name = 'scores'
