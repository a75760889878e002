-- Courses in a population by the published band of severity that their score lies in, at baseline and in each window.
-- Grain: cell_key, window_name, band_position
-- band_position counts the scale's bands from the mildest. Bands of different scales are not one another's, so there
-- are none under the primary scale.
-- Assumption: a score that serves two windows counts in the later.
with
stratum_scores as (
    select stratum_key, scale, 'baseline' as window_name, baseline_score as score, n_courses
    from outcome.stratum_baselines
    union all
    select stratum_key, scale, cast(window_name as varchar) as window_name, score, n_courses
    from outcome.stratum_windows
    where follow_up = 'observed' and is_in_trajectory
),

banded_scores as (
    select scores.scale, scores.score, max(bands.band_position) as band_position
    from (select distinct scale, score from stratum_scores) as scores
    inner join ref.scale_bands as bands on scores.scale = bands.scale and scores.score >= bands.from_score
    group by scores.scale, scores.score
),

stratum_bands as (
    select
        scores.stratum_key,
        scores.window_name,
        banded_scores.band_position,
        sum(scores.n_courses) as n_courses
    from stratum_scores as scores
    inner join banded_scores on scores.scale = banded_scores.scale and scores.score = banded_scores.score
    group by scores.stratum_key, scores.window_name, banded_scores.band_position
)

select
    cell_strata.cell_key,
    bands.window_name,
    bands.band_position,
    cast(sum(bands.n_courses) as bigint) as n_courses
from outcome.cell_strata as cell_strata
inner join published.cells as cells on cell_strata.cell_key = cells.cell_key
inner join stratum_bands as bands on cell_strata.stratum_key = bands.stratum_key
where cell_strata.is_in_population and cells.scale <> 'primary'
group by cell_strata.cell_key, bands.window_name, bands.band_position
