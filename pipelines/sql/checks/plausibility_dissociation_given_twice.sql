-- Infusions whose dissociation is given in the infusion and as a score of its own.
-- Grain: site
-- Assumption: a score belongs to the infusion that its number names, or to the one at its minute. Checked are
-- infusions with a dissociation score.
-- Reference: ref.dissociation_scale, from definitions/quality.toml
with
separate_scores as (
    select scores.course_key, scores.infusion_number, scores.minute
    from outcome.assessments as scores
    inner join ref.dissociation_scale as dissociation on scores.scale = dissociation.scale
),

numbered_scores as (
    select distinct course_key, infusion_number
    from separate_scores
    where infusion_number is not null
),

timed_scores as (
    select distinct course_key, minute
    from separate_scores
    where infusion_number is null
)

select
    infusions.site,
    count(*) filter (
        where numbered_scores.course_key is not null or timed_scores.course_key is not null
    ) as n_violated,
    count(*) as n_checked
from examined.infusions as infusions
left join numbered_scores
    on
        infusions.course_key = numbered_scores.course_key
        and coalesce(infusions.infusion_number, infusions.place_in_time) = numbered_scores.infusion_number
left join timed_scores
    on infusions.course_key = timed_scores.course_key and infusions.minute = timed_scores.minute
where infusions.dissociation_score is not null
group by infusions.site
