-- Scores and changes of the courses in a population at baseline and in each window, as sums.
-- Grain: cell_key, window_name
-- Units: sums of scores and changes in the scale's units, of change fractions in parts of the baseline; and of squares
-- Assumption: a score that serves two windows counts in the later; n_counted_later are those left out here for that.
-- Fractions have sums only where the scale is in points with a true zero.
with
stratum_steps as (
    select
        stratum_key,
        'baseline' as window_name,
        sum(n_courses) as n_scored,
        cast(0 as bigint) as n_counted_later,
        cast(0 as bigint) as n_missed,
        cast(0 as bigint) as n_pending,
        cast(0 as bigint) as n_not_anchored,
        sum(n_courses * baseline_score) as score_sum,
        sum(n_courses * baseline_score * baseline_score) as score_square_sum,
        null as change_sum,
        null as change_square_sum,
        null as fraction_sum,
        null as fraction_square_sum
    from outcome.stratum_baselines
    group by stratum_key
    union all
    select
        counts.stratum_key,
        cast(counts.window_name as varchar) as window_name,
        coalesce(sum(counts.n_courses) filter (where counts.follow_up = 'observed' and counts.is_in_trajectory), 0)
            as n_scored,
        coalesce(sum(counts.n_courses) filter (where counts.follow_up = 'observed' and not counts.is_in_trajectory), 0)
            as n_counted_later,
        coalesce(sum(counts.n_courses) filter (where counts.follow_up = 'missed'), 0) as n_missed,
        coalesce(sum(counts.n_courses) filter (where counts.follow_up = 'pending'), 0) as n_pending,
        coalesce(sum(counts.n_courses) filter (where counts.follow_up = 'not_anchored'), 0) as n_not_anchored,
        sum(counts.n_courses * changes.score) as score_sum,
        sum(counts.n_courses * changes.score * changes.score) as score_square_sum,
        sum(counts.n_courses * changes.change) as change_sum,
        sum(counts.n_courses * changes.change * changes.change) as change_square_sum,
        sum(counts.n_courses * changes.change_fraction) as fraction_sum,
        sum(counts.n_courses * changes.change_fraction * changes.change_fraction) as fraction_square_sum
    from outcome.stratum_windows as counts
    left join outcome.changes as changes
        on
            counts.follow_up = 'observed'
            and counts.is_in_trajectory
            and counts.scale = changes.scale
            and counts.baseline_score = changes.baseline_score
            and counts.score = changes.score
    group by counts.stratum_key, counts.window_name
)

select
    cell_strata.cell_key,
    steps.window_name,
    cast(sum(steps.n_scored) as bigint) as n_scored,
    cast(sum(steps.n_counted_later) as bigint) as n_counted_later,
    cast(sum(steps.n_missed) as bigint) as n_missed,
    cast(sum(steps.n_pending) as bigint) as n_pending,
    cast(sum(steps.n_not_anchored) as bigint) as n_not_anchored,
    sum(steps.score_sum) as score_sum,
    sum(steps.score_square_sum) as score_square_sum,
    sum(steps.change_sum) as change_sum,
    sum(steps.change_square_sum) as change_square_sum,
    sum(steps.fraction_sum) as fraction_sum,
    sum(steps.fraction_square_sum) as fraction_square_sum
from outcome.cell_strata as cell_strata
inner join stratum_steps as steps on cell_strata.stratum_key = steps.stratum_key
where cell_strata.is_in_population
group by cell_strata.cell_key, steps.window_name
