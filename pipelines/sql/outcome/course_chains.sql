-- Each course on each scale as a chain: how all its windows stand, in the order of time.
-- Grain: course_key, scale
-- Units: as in outcome.window_states
select
    course_key,
    scale,
    list_sort(
        list(
            {
                'window_name': window_name,
                'follow_up': follow_up,
                'change_band': change_band,
                'is_in_remission': is_in_remission,
                'later_window': later_window
            }
        )
    ) as chain
from outcome.window_states
group by course_key, scale
