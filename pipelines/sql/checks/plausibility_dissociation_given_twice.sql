-- Infusions whose dissociation is given in the infusion and as a score of its own.
-- Grain: site
-- Assumption: a score belongs to the infusion that its number names, or to the one at its minute. Checked are
-- infusions with a dissociation score.
-- Reference: ref.dissociation_scale, from definitions/quality.toml
with
infusions as (
    select
        course_key,
        minute,
        coalesce(infusion_number, row_number() over (partition by course_key order by minute)) as infusion_number,
        dissociation_score
    from accepted.infusions
),

separate_scores as (
    select scores.course_key, scores.infusion_number, scores.minute
    from accepted.scores as scores
    inner join ref.dissociation_scale as dissociation on scores.scale = dissociation.scale
)

select
    courses.site,
    count(*) filter (where by_number.course_key is not null or by_minute.course_key is not null) as n_violated,
    count(*) as n_checked
from infusions
inner join outcome.courses as courses on infusions.course_key = courses.course_key
left join (select distinct course_key, infusion_number from separate_scores where infusion_number is not null) as by_number
    on infusions.course_key = by_number.course_key and infusions.infusion_number = by_number.infusion_number
left join (select distinct course_key, minute from separate_scores where infusion_number is null) as by_minute
    on infusions.course_key = by_minute.course_key and infusions.minute = by_minute.minute
where infusions.dissociation_score is not null
group by courses.site
