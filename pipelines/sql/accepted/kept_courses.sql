-- Courses that keep what the store holds of them in a table of this import, because no row of them was accepted there.
-- Grain: table_name, course_id
select
    held.table_name,
    held.course_id,
    named.course_id is not null as is_named
from live.course_ids as held
cross join ref.import_mode as mode
left join live.named_courses as named on held.course_id = named.course_id
anti join accepted.replaced_courses as replaced
    on held.table_name = replaced.table_name and held.course_id = replaced.course_id
where not mode.is_append
