-- Dissociation of the courses in a population at each infusion of induction: how many were infused, how many scored.
-- Grain: cell_key, infusion_number
-- Units: sums of scores and of their squares, in points
with
scored as (
    select course_key, infusion_number, cast(dissociation_score as decimal(9, 3)) as score
    from outcome.infusions
    where is_induction
),

stratum_scores as (
    select
        members.stratum_key,
        infusions.infusion_number,
        count(*) as n_infused,
        count(infusions.score) as n_scored,
        coalesce(sum(infusions.score), 0) as score_sum,
        coalesce(sum(infusions.score * infusions.score), 0) as score_square_sum
    from outcome.stratum_courses as members
    inner join scored as infusions on members.course_key = infusions.course_key
    group by members.stratum_key, infusions.infusion_number
)

select
    cell_strata.cell_key,
    scores.infusion_number,
    cast(sum(scores.n_infused) as bigint) as n_infused,
    cast(sum(scores.n_scored) as bigint) as n_scored,
    sum(scores.score_sum) as score_sum,
    sum(scores.score_square_sum) as score_square_sum
from outcome.cell_strata as cell_strata
inner join stratum_scores as scores on cell_strata.stratum_key = scores.stratum_key
where cell_strata.is_in_population
group by cell_strata.cell_key, scores.infusion_number
