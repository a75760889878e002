-- Courses whose headline window is over without a score on their primary scale.
-- Grain: site
-- Assumption: pending and not anchored windows are not checked; a course with two primary scales is checked on both.
select
    windows.site,
    sum(windows.n_missed) as n_violated,
    sum(windows.n_ended) as n_checked
from examined.ended_windows as windows
inner join ref.headline_window as headline on windows.window_name = headline.window_name
group by windows.site
