-- The published band of severity that each baseline lies in; scales without bands have no row.
-- Grain: course_key, scale
-- band_position counts the scale's bands from the mildest. Bands of different scales are not one another's.
select
    baselines.course_key,
    baselines.scale,
    max(bands.band_position) as band_position
from outcome.baselines as baselines
inner join ref.scale_bands as bands
    on baselines.scale = bands.scale and baselines.baseline_score >= bands.from_score
group by baselines.course_key, baselines.scale
