-- Why a course has no baseline on the scales of its condition ("primary"), or on a scale that it has scores on.
-- Grain: course_key, condition, scale
-- reason, the first that holds: scale_apart, the only baseline is on a scale that stands apart from the condition's
-- rate; too_old, there are scores before the first infusion, all of them before the look-back; only_after, all scores
-- are later than the first infusion; no_score, there is none. For a single scale a course without scores has no row.
-- Assumption: scales of what happens during an infusion or of safety are no outcome.
with
scored as (
    select
        scored_scales.course_key,
        scored_scales.scale,
        scored_scales.first_moment <= 0 as has_score_before,
        baselines.course_key is not null as has_baseline
    from outcome.scored_scales as scored_scales
    inner join ref.scales as scales on scored_scales.scale = scales.scale
    left join outcome.baselines as baselines
        on scored_scales.course_key = baselines.course_key and scored_scales.scale = baselines.scale
    where scales.purpose = 'outcome'
),

on_scales_of_the_condition as (
    select
        conditions.course_key,
        conditions.condition,
        bool_or(scored.has_score_before) as has_score_before,
        bool_or(scored.has_baseline and condition_scales.preference is not null) as has_primary_scale,
        bool_or(scored.has_baseline) as has_baseline
    from outcome.course_conditions as conditions
    inner join ref.condition_scales as condition_scales on conditions.condition = condition_scales.condition
    inner join scored on conditions.course_key = scored.course_key and condition_scales.scale = scored.scale
    group by conditions.course_key, conditions.condition
)

select
    conditions.course_key,
    conditions.condition,
    'primary' as scale,
    case
        when found.course_key is null then 'no_score'
        when found.has_baseline then 'scale_apart'
        when found.has_score_before then 'too_old'
        else 'only_after'
    end as reason
from outcome.course_conditions as conditions
left join on_scales_of_the_condition as found
    on conditions.course_key = found.course_key and conditions.condition = found.condition
where conditions.condition <> 'any' and not coalesce(found.has_primary_scale, false)
union all
select
    conditions.course_key,
    conditions.condition,
    cast(scored.scale as varchar) as scale,
    case when scored.has_score_before then 'too_old' else 'only_after' end as reason
from outcome.course_conditions as conditions
inner join scored on conditions.course_key = scored.course_key
where conditions.condition <> 'any' and not scored.has_baseline
