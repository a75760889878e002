-- The infusions of each course with a baseline on a scale that allows an acute change, and their changes, summed.
-- Grain: course_key, scale, infusion
-- Units: changes in the scale's units, negative for a fall; change fractions in parts of the score before, to a millionth
-- infusion: a number, the later ones together, or "all". n_day_alone: without a change, and with a score of which only
-- the day is known on the infusion's own day. Only points with a true zero have fractions; a score of 0 before has none.
with
judged as (
    select
        infusions.course_key,
        scales.scale,
        infusions.infusion_number,
        coalesce(changes.has_before, false) as has_before,
        coalesce(changes.has_after, false) as has_after,
        changes.before_score is null and coalesce(changes.has_day_alone, false) as has_day_alone,
        changes.after_score - changes.before_score as change,
        case
            when scales.metric = 'points' and changes.before_score > 0
                then cast((changes.after_score - changes.before_score) / changes.before_score as decimal(18, 6))
        end as fraction
    from outcome.infusions as infusions
    inner join outcome.baselines as baselines on infusions.course_key = baselines.course_key
    inner join ref.scales as scales on baselines.scale = scales.scale and scales.is_acute
    left join outcome.acute_changes as changes
        on
            infusions.course_key = changes.course_key
            and infusions.minute = changes.minute
            and baselines.scale = changes.scale
)

select
    judged.course_key,
    judged.scale,
    groups.infusion,
    count(*) as n_infusions,
    count(*) filter (where judged.has_before) as n_with_before,
    count(*) filter (where judged.has_after) as n_with_after,
    count(*) filter (where judged.has_day_alone) as n_day_alone,
    count(judged.change) as n_changes,
    coalesce(sum(judged.change), 0) as change,
    count(judged.fraction) as n_fractions,
    coalesce(sum(judged.fraction), 0) as fraction
from judged
inner join ref.infusion_groups as groups
    on
        judged.infusion_number >= groups.from_number
        and (groups.to_number is null or judged.infusion_number <= groups.to_number)
group by judged.course_key, judged.scale, groups.infusion
