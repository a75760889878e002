-- Groups of courses started in which a source of ideation counts other courses in one window than in another, or more
-- than started.
-- Grain: started_key, source
with
in_windows as (
    select started_key, source, window_name, sum(n_courses) as n_courses
    from published.ideations
    group by started_key, source, window_name
),

started as (
    select started_key, count(*) as n_started
    from outcome.started_members
    group by started_key
)

select in_windows.started_key, in_windows.source, min(in_windows.n_courses) as n_least, max(in_windows.n_courses) as n_most
from in_windows
inner join started on in_windows.started_key = started.started_key
group by in_windows.started_key, in_windows.source
having min(in_windows.n_courses) < max(in_windows.n_courses) or max(in_windows.n_courses) > any_value(started.n_started)
