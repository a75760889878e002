-- Every pair of baseline and later score that occurs in a window, and the change from the one to the other.
-- Grain: scale, baseline_score, score
-- Units: change in the scale's units, negative for a fall; change_fraction of the baseline, to a millionth;
-- reduction_percent in whole per cent of the baseline, rounded down, so that "at least so many per cent" stays exact
-- Assumption: only points with a true zero have fractions and per cents; a baseline of 0 has none.
with
pairs as (
    select distinct scale, baseline_score, score
    from outcome.window_outcomes
    where score is not null
)

select
    pairs.scale,
    pairs.baseline_score,
    pairs.score,
    pairs.score - pairs.baseline_score as change,
    case
        when scales.metric = 'points' and pairs.baseline_score > 0
            then cast((pairs.score - pairs.baseline_score) / pairs.baseline_score as decimal(18, 6))
    end as change_fraction,
    case
        when scales.metric = 'points' and pairs.baseline_score > 0
            then cast(floor(100 * (pairs.baseline_score - pairs.score) / pairs.baseline_score) as integer)
    end as reduction_percent
from pairs
inner join ref.scales as scales on pairs.scale = scales.scale
