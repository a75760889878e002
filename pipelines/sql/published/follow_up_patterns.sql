-- Every combination of windows due and windows with a score that any course has: the patterns of missed follow-up.
-- Grain: pattern_key
-- due_windows, observed_windows: names in the order of time, as in outcome.course_patterns
with
patterns as (
    select distinct due_bits, observed_bits from outcome.course_patterns
)

select
    cast(row_number() over (order by due_bits, observed_bits) as integer) as pattern_key,
    due_bits,
    observed_bits,
    (
        select coalesce(list(cast(windows.window_name as varchar) order by windows.window_name), [])
        from ref.windows as windows
        where patterns.due_bits & (1::bigint << enum_code(windows.window_name)) > 0
    ) as due_windows,
    (
        select coalesce(list(cast(windows.window_name as varchar) order by windows.window_name), [])
        from ref.windows as windows
        where patterns.observed_bits & (1::bigint << enum_code(windows.window_name)) > 0
    ) as observed_windows
from patterns
