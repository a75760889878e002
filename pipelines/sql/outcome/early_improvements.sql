-- Whether a course had improved in an early window, beside how it stands in each later one.
-- Grain: course_key, scale, early_window, window_name
-- Units: scores in the scale's units
-- early_state: improved or not where the early window was observed, else how it stands; not_before where the score that
-- stands for it does not come before the later window's score, so that no score foretells itself.
-- Assumption: inclusive, as in 100 * score <= kept_percent * baseline; only scales in points with a true zero.
-- Reference: Szegedi 2009, J Clin Psychiatry 70:344; parameters from ref.early_windows (definitions/outcomes.toml)
with
states as (
    select
        outcomes.course_key,
        outcomes.scale,
        outcomes.window_name,
        outcomes.baseline_score,
        outcomes.score,
        outcomes.moment,
        outcomes.follow_up
    from outcome.window_outcomes as outcomes
    inner join ref.scales as scales on outcomes.scale = scales.scale
    where scales.metric = 'points'
),

early_states as (
    select states.*, early_windows.kept_percent
    from states
    inner join ref.early_windows as early_windows on states.window_name = early_windows.early_window
),

later_states as (
    select states.*
    from states
    anti join ref.early_windows as early_windows on states.window_name = early_windows.early_window
)

select
    early.course_key,
    early.scale,
    early.window_name as early_window,
    later.window_name,
    cast(case
        when early.follow_up <> 'observed' then cast(early.follow_up as varchar)
        when later.follow_up = 'observed' and early.moment >= later.moment then 'not_before'
        when 100 * early.score <= early.kept_percent * early.baseline_score then 'improved'
        else 'not_improved'
    end as early_state) as early_state,
    later.follow_up,
    later.baseline_score,
    later.score
from early_states as early
inner join later_states as later on early.course_key = later.course_key and early.scale = later.scale
