-- What an import that replaces does to what its source held, table by table.
-- Grain: table_name
with
held_rows as (
    select 'courses' as table_name, held.is_contradiction
    from accepted.held_courses as held
    anti join accepted.course_exceptions as exceptions on held.line = exceptions.line
    union all
    select 'infusions' as table_name, held.is_contradiction
    from accepted.held_infusions as held
    anti join accepted.infusion_exceptions as exceptions on held.line = exceptions.line
    union all
    select 'scores' as table_name, held.is_contradiction
    from accepted.held_scores as held
    anti join accepted.score_exceptions as exceptions on held.line = exceptions.line
),

given_again as (
    select
        table_name,
        count(*) filter (where not is_contradiction) as n_same,
        count(*) filter (where is_contradiction) as n_changed
    from held_rows
    group by table_name
),

replaced_rows as (
    select 'courses' as table_name, held.course_id
    from live.courses as held
    union all
    select 'infusions' as table_name, held.course_id
    from live.infusions as held
    union all
    select 'scores' as table_name, held.course_id
    from live.scores as held
),

replaced as (
    select
        courses.table_name,
        count(distinct courses.course_id) as n_courses,
        count(*) as n_rows
    from replaced_rows
    inner join accepted.replaced_courses as courses
        on replaced_rows.table_name = courses.table_name and replaced_rows.course_id = courses.course_id
    group by courses.table_name
),

kept as (
    select table_name, count(*) as n_kept_courses
    from accepted.kept_courses
    group by table_name
)

select
    places.table_name,
    coalesce(replaced.n_courses, 0) as n_courses,
    coalesce(given_again.n_same, 0) as n_same,
    coalesce(given_again.n_changed, 0) as n_changed,
    places.n_accepted - coalesce(given_again.n_same, 0) - coalesce(given_again.n_changed, 0) as n_new,
    coalesce(replaced.n_rows, 0) - coalesce(given_again.n_same, 0) - coalesce(given_again.n_changed, 0) as n_gone,
    coalesce(kept.n_kept_courses, 0) as n_kept_courses
from accepted.places as places
cross join ref.import_mode as mode
left join given_again on places.table_name = given_again.table_name
left join replaced on places.table_name = replaced.table_name
left join kept on places.table_name = kept.table_name
where not mode.is_append
