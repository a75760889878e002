-- Rows that an import which only adds gives for a key that the store already holds, but with other values.
-- Grain: table_name, line
with
held_rows as (
    select 'courses' as table_name, line, is_contradiction from accepted.held_courses
    union all
    select 'infusions' as table_name, line, is_contradiction from accepted.held_infusions
    union all
    select 'scores' as table_name, line, is_contradiction from accepted.held_scores
)

select held_rows.table_name, held_rows.line
from held_rows
cross join ref.import_mode as mode
where mode.is_append and held_rows.is_contradiction
