-- How many landed rows ended in each of the four places.
-- Grain: table_name
with
exceptions as (
    select 'courses' as table_name, line, place from accepted.course_exceptions
    union all
    select 'infusions' as table_name, line, place from accepted.infusion_exceptions
    union all
    select 'scores' as table_name, line, place from accepted.score_exceptions
),

accepted_rows as (
    select 'courses' as table_name, count(*) as n_accepted from accepted.courses
    union all
    select 'infusions' as table_name, count(*) as n_accepted from accepted.infusions
    union all
    select 'scores' as table_name, count(*) as n_accepted from accepted.scores
),

landed_rows as (
    select 'courses' as table_name, count(*) as n_landed from landing.courses
    union all
    select 'infusions' as table_name, count(*) as n_landed from landing.infusions
    union all
    select 'scores' as table_name, count(*) as n_landed from landing.scores
)

select
    landed_rows.table_name,
    landed_rows.n_landed,
    accepted_rows.n_accepted,
    count(exceptions.line) filter (where exceptions.place = 'duplicate') as n_duplicate,
    count(exceptions.line) filter (where exceptions.place = 'quarantined') as n_quarantined,
    count(exceptions.line) filter (where exceptions.place = 'not_tracked') as n_not_tracked
from landed_rows
inner join accepted_rows on landed_rows.table_name = accepted_rows.table_name
left join exceptions on landed_rows.table_name = exceptions.table_name
group by landed_rows.table_name, landed_rows.n_landed, accepted_rows.n_accepted
