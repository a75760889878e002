-- What each course brings with it to a comparison of sites: how severe it was at baseline, and whether it is resistant.
-- Grain: course_key, condition, scale
-- band_position: the published band of the baseline, 0 on a scale without bands
-- is_in_program: whether the course counts here in the program as a whole, where it counts once: under the first of its
-- conditions, in the order of the definitions, for which it is a first course as it is for the program, and on the
-- primary scale there; a condition for which it meets the entry cut before one for which it does not.
with
in_program as (
    select
        scales.course_key,
        arg_min(scales.condition, (scales.entry_class <> 'eligible', conditions.condition_position)) as condition
    from outcome.course_scales as scales
    inner join outcome.course_conditions as programs
        on
            scales.course_key = programs.course_key
            and programs.condition = 'any'
            and scales.is_first_course = programs.is_first_course
    inner join ref.conditions as conditions on scales.condition = conditions.condition
    where scales.is_primary
    group by scales.course_key
)

select
    scales.course_key,
    scales.condition,
    scales.scale,
    coalesce(bands.band_position, 0) as band_position,
    coalesce(courses.treatment_resistant, 'not recorded') as treatment_resistant,
    scales.is_primary and coalesce(scales.condition = in_program.condition, false) as is_in_program
from outcome.course_scales as scales
inner join outcome.courses as courses on scales.course_key = courses.course_key
left join outcome.baseline_bands as bands on scales.course_key = bands.course_key and scales.scale = bands.scale
left join in_program on scales.course_key = in_program.course_key
