-- Responses counted by stratum and case mix, where no further attribute divides the courses.
-- Grain: stratum_key, band_position, treatment_resistant, is_in_program, window_name, rule
with
counts as (
    select
        members.stratum_key,
        any_value(members.scale) as scale,
        mixes.band_position,
        mixes.treatment_resistant,
        mixes.is_in_program,
        outcomes.window_name,
        outcomes.follow_up,
        outcomes.baseline_score,
        outcomes.score,
        count(*) as n_courses
    from outcome.stratum_courses as members
    inner join outcome.strata as strata on members.stratum_key = strata.stratum_key and strata.attribute = 'all'
    inner join outcome.case_mixes as mixes
        on
            members.course_key = mixes.course_key
            and strata.condition = mixes.condition
            and members.scale = mixes.scale
    inner join outcome.window_outcomes as outcomes
        on members.course_key = outcomes.course_key and members.scale = outcomes.scale
    group by
        members.stratum_key, mixes.band_position, mixes.treatment_resistant, mixes.is_in_program,
        outcomes.window_name, outcomes.follow_up, outcomes.baseline_score, outcomes.score
)

select
    counts.stratum_key,
    counts.band_position,
    counts.treatment_resistant,
    counts.is_in_program,
    counts.window_name,
    rules.rule,
    coalesce(sum(counts.n_courses) filter (where counts.follow_up = 'observed'), 0) as n_observed,
    coalesce(sum(counts.n_courses) filter (where counts.follow_up = 'missed'), 0) as n_missed,
    coalesce(sum(counts.n_courses) filter (where counts.follow_up = 'pending'), 0) as n_pending,
    coalesce(sum(counts.n_courses) filter (where counts.follow_up = 'not_anchored'), 0) as n_not_anchored,
    coalesce(sum(counts.n_courses) filter (where counts.follow_up = 'observed' and verdicts.is_met), 0) as n_met
from counts
inner join ref.scale_rules as rules on counts.scale = rules.scale
left join outcome.verdicts as verdicts
    on
        counts.scale = verdicts.scale
        and counts.baseline_score = verdicts.baseline_score
        and counts.score = verdicts.score
        and rules.rule = verdicts.rule
group by
    counts.stratum_key, counts.band_position, counts.treatment_resistant, counts.is_in_program,
    counts.window_name, rules.rule
