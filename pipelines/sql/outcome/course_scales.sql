-- Each course under each of its conditions, on every scale with a baseline: is it the primary scale there, and
-- did the course enter at or above the scale's cut?
-- Grain: course_key, condition, scale
-- Assumption: the primary scale is the first of the condition's preference that has a baseline; scales of safety and
-- of what happens during an infusion are no outcome and have no row.
-- entry_class: eligible; below_entry, under the scale's entry cut; zero, a baseline of 0, which cannot be halved
with
preferred as (
    select
        conditions.course_key,
        conditions.condition,
        arg_min(baselines.scale, condition_scales.preference) as primary_scale
    from outcome.course_conditions as conditions
    inner join ref.condition_scales as condition_scales on conditions.condition = condition_scales.condition
    inner join outcome.baselines as baselines
        on conditions.course_key = baselines.course_key and condition_scales.scale = baselines.scale
    group by conditions.course_key, conditions.condition
)

select
    conditions.course_key,
    conditions.condition,
    conditions.is_first_course,
    baselines.scale,
    coalesce(baselines.scale = preferred.primary_scale, false) as is_primary,
    case
        when baselines.baseline_score <= 0 then 'zero'
        when scales.entry_operator = '>=' and not baselines.baseline_score >= scales.entry_score then 'below_entry'
        when scales.entry_operator = '>' and not baselines.baseline_score > scales.entry_score then 'below_entry'
        else 'eligible'
    end as entry_class
from outcome.course_conditions as conditions
inner join outcome.baselines as baselines on conditions.course_key = baselines.course_key
inner join ref.scales as scales on baselines.scale = scales.scale
left join preferred
    on conditions.course_key = preferred.course_key and conditions.condition = preferred.condition
where conditions.condition <> 'any' and scales.purpose = 'outcome'
