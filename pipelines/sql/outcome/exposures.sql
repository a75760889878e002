-- What was recorded of each course's first infusion, and of its setting, as levels that are held against response.
-- Grain: course_key, exposure
-- Units: dose_band_position counts the bands of the first infusion's dose from the lowest, 0 where none is recorded
-- Assumption: all are known from the first infusion, so that no course had longer to come by one than another had; a
-- preparation or integration session is one of the first infusion. What no course records is no exposure.
-- Reference: ref.dissociation_bands, ref.dose_bands (definitions/outcomes.toml)
with
first_infusions as (
    select
        infusions.course_key,
        max(scores.from_score) as from_score,
        max(doses.band_position) as dose_band_position,
        any_value(infusions.experience) as experience,
        any_value(infusions.preparation_session) as preparation,
        any_value(infusions.integration_session) as integration
    from outcome.infusions as infusions
    left join ref.dissociation_bands as scores
        on cast(infusions.dissociation_score as decimal(9, 3)) >= scores.from_score
    left join ref.dose_bands as doses on cast(infusions.dose_mg_per_kg as decimal(9, 3)) >= doses.from_dose
    where infusions.infusion_number = 1
    group by infusions.course_key
),

levels as (
    select
        courses.course_key,
        coalesce(first_infusions.dose_band_position, 0) as dose_band_position,
        unnest(enum_range(null::exposure_name)) as exposure,
        unnest([
            bands.level, first_infusions.experience, first_infusions.preparation, first_infusions.integration,
            courses.setting
        ]) as level
    from outcome.courses as courses
    left join first_infusions on courses.course_key = first_infusions.course_key
    left join ref.dissociation_bands as bands on first_infusions.from_score = bands.from_score
),

recorded as (
    select exposure
    from levels
    group by exposure
    having count(level) > 0
)

select levels.course_key, levels.exposure, coalesce(levels.level, 'not recorded') as level, levels.dose_band_position
from levels
semi join recorded on levels.exposure = recorded.exposure
