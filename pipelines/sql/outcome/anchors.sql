-- From which minute each window of a course is counted, and when it is over.
-- Grain: course_key, window_name
-- Units: minutes from the first infusion
-- Assumption: without infusion rows the end of induction is unknown and the window is not anchored, unless the
-- program's settings take the first infusion in its place.
select
    inductions.course_key,
    windows.window_name,
    case
        when windows.anchor = 'first_infusion' then 0
        when inductions.last_induction_minute is not null then inductions.last_induction_minute
        when parameters.is_anchored_without_infusions then 0
    end as anchor_minute,
    windows.anchor = 'first_infusion' or inductions.is_induction_closed as is_anchor_final,
    inductions.last_record_minute,
    case when windows.before_infusion = 2 then inductions.second_infusion_minute end as closing_infusion_minute
from outcome.inductions as inductions
cross join ref.windows as windows
cross join ref.parameters as parameters
