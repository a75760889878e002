-- Dissociation at the first infusion beside the later change of the courses in a population, as sums over both.
-- Grain: cell_key, window_name
-- Units: dissociation in points; change as a fraction of the baseline, negative for a fall
-- Assumption: courses that were scored at the first infusion and observed in the window, on scales with a true zero.
with
first_scores as (
    select course_key, cast(dissociation_score as decimal(9, 3)) as score
    from outcome.infusions
    where infusion_number = 1 and dissociation_score is not null
),

stratum_changes as (
    select
        members.stratum_key,
        outcomes.window_name,
        count(*) as n_courses,
        sum(first_scores.score) as score_sum,
        sum(first_scores.score * first_scores.score) as score_square_sum,
        sum(changes.change_fraction) as fraction_sum,
        sum(changes.change_fraction * changes.change_fraction) as fraction_square_sum,
        sum(first_scores.score * changes.change_fraction) as product_sum
    from first_scores
    inner join outcome.stratum_courses as members on first_scores.course_key = members.course_key
    inner join outcome.window_outcomes as outcomes
        on members.course_key = outcomes.course_key and members.scale = outcomes.scale
    inner join outcome.changes as changes
        on
            outcomes.scale = changes.scale
            and outcomes.baseline_score = changes.baseline_score
            and outcomes.score = changes.score
    where outcomes.follow_up = 'observed' and changes.change_fraction is not null
    group by members.stratum_key, outcomes.window_name
)

select
    cell_strata.cell_key,
    cast(changes.window_name as varchar) as window_name,
    cast(sum(changes.n_courses) as bigint) as n_courses,
    sum(changes.score_sum) as score_sum,
    sum(changes.score_square_sum) as score_square_sum,
    sum(changes.fraction_sum) as fraction_sum,
    sum(changes.fraction_square_sum) as fraction_square_sum,
    sum(changes.product_sum) as product_sum
from outcome.cell_strata as cell_strata
inner join stratum_changes as changes on cell_strata.stratum_key = changes.stratum_key
where cell_strata.is_in_population
group by cell_strata.cell_key, changes.window_name
