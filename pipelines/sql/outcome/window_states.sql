-- How each window of a course stands, as far as a later rate is told by it: band of change and remission.
-- Grain: course_key, scale, window_name
-- change_band: the place of the band of per cent change, from 1 for the largest fall; NULL where nothing was observed.
-- later_window: the next window that the same score stands for too; it counts in the last of them that is asked about.
-- Assumption: only scales in points with a true zero have bands, and only baselines above 0.
-- Reference: bands from ref.change_bands (definitions/outcomes.toml)
with
pair_bands as (
    select
        changes.scale,
        changes.baseline_score,
        changes.score,
        min(bands.band_position) as change_band
    from outcome.changes as changes
    inner join ref.change_bands as bands
        on bands.from_percent is null or changes.reduction_percent >= bands.from_percent
    where changes.reduction_percent is not null
    group by changes.scale, changes.baseline_score, changes.score
),

remissions as (
    select scale, baseline_score, score, is_met
    from outcome.verdicts
    where rule = 'remission'
)

select
    outcomes.course_key,
    outcomes.scale,
    outcomes.window_name,
    outcomes.follow_up,
    case when outcomes.follow_up = 'observed' then pair_bands.change_band end as change_band,
    outcomes.follow_up = 'observed' and coalesce(remissions.is_met, false) as is_in_remission,
    case when outcomes.follow_up = 'observed' then outcomes.later_window end as later_window
from outcome.window_outcomes as outcomes
inner join ref.scales as scales on outcomes.scale = scales.scale
left join pair_bands
    on
        outcomes.scale = pair_bands.scale
        and outcomes.baseline_score = pair_bands.baseline_score
        and outcomes.score = pair_bands.score
left join remissions
    on
        outcomes.scale = remissions.scale
        and outcomes.baseline_score = remissions.baseline_score
        and outcomes.score = remissions.score
where scales.metric = 'points' and scales.purpose = 'outcome' and outcomes.baseline_score > 0
