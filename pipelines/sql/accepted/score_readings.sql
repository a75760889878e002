-- Landed scores read as typed values, each with the first rule that it breaks by itself.
-- Grain: line
-- Units: minute from the start of the course's first infusion; score in the scale's units, units_per_point to a point
-- Assumption: what the source found wrong comes first. A blank rater is the scale's own; a blank line is no row and
-- was not landed. A total that was rounded
-- means the nearest that the scale can take, if that is within half of its last stated decimal; items are exact.
with
clocks as (
    select time_column, minutes_per_unit, is_days
    from landing.clocks
    where table_name = 'scores'
),

code_lists as (
    select
        list(codes.code) filter (where codes.column_name = 'rater') as raters,
        list(codes.code) filter (where codes.column_name = 'timing') as timings,
        any_value(columns.minimum) as least_infusion_number,
        any_value(columns.maximum) as greatest_infusion_number
    from ref.codes as codes
    cross join ref.columns as columns
    where
        codes.table_name = 'scores'
        and columns.table_name = 'scores'
        and columns.column_name = 'infusion_number'
),

yes_no as (
    select code, meaning = 'yes' as is_yes
    from ref.codes
    where table_name = 'scores' and column_name = 'day_resolution'
),

cells as (
    select
        scores.line,
        scores.course_id,
        scores.scale,
        scores.rater,
        scores.timing,
        scores.infusion_number as infusion_number_text,
        scores.total as total_text,
        case when not contains(scores.time, '_') then try_cast(scores.time as double) end as time,
        scores.time is null as is_time_blank,
        case when not contains(scores.total, '_') then try_cast(scores.total as double) end as total,
        yes_no.is_yes as is_known_by_day,
        scores.day_resolution is not null and yes_no.is_yes is null as is_day_resolution_unknown,
        item_scores.items,
        item_scores.n_answered,
        item_scores.is_prorated,
        item_scores.rule as item_rule,
        item_scores.column_name as item_column,
        item_scores.score as item_score
    from landing.scores as scores
    left join accepted.item_scores as item_scores on scores.line = item_scores.line
    left join yes_no on scores.day_resolution = yes_no.code
),

source_faults as (
    select line, rule, column_name
    from landing.faults
    where table_name = 'scores'
),

names as (
    select
        scale_names.name,
        scale_names.place,
        scales.scale,
        scales.rater,
        cast(scales.units_per_point as double) as units_per_point,
        cast(scales.minimum as double) as minimum,
        cast(scales.maximum as double) as maximum,
        cast(scales.step as double) as step,
        scales.fewer_item_steps
    from landing.scale_names as scale_names
    left join ref.scales as scales on scale_names.scale = scales.scale
),

scored as (
    select
        cells.line,
        unusable.rule as course_rule,
        cells.course_id,
        names.place as scale_place,
        names.scale,
        names.units_per_point,
        names.minimum,
        names.maximum,
        names.step,
        names.fewer_item_steps,
        coalesce(cells.rater, cast(names.rater as varchar)) as rater,
        cast(names.rater as varchar) as own_rater,
        cells.timing,
        cells.infusion_number_text,
        case
            when not contains(cells.infusion_number_text, '_') then try_cast(cells.infusion_number_text as double)
        end as infusion_number,
        cells.is_time_blank,
        clocks.time_column,
        clocks.is_days,
        case when isfinite(cells.time) then cells.time end as time,
        case when isfinite(cells.time) then cells.time * clocks.minutes_per_unit end as exact_minute,
        cells.total_text,
        cells.total,
        cells.total * names.units_per_point as exact_score,
        names.minimum
        + names.step * round((cells.total * names.units_per_point - names.minimum) / names.step) as nearest_score,
        cells.items,
        cells.n_answered,
        cells.is_prorated,
        cells.item_rule,
        cells.item_column,
        cells.item_score,
        cells.is_known_by_day,
        cells.is_day_resolution_unknown,
        source_faults.rule as source_rule,
        source_faults.column_name as source_column
    from cells
    cross join clocks
    left join source_faults on cells.line = source_faults.line
    left join names on cells.scale = names.name
    left join accepted.unusable_courses as unusable on cells.course_id = unusable.course_id
),

-- Half of the last stated decimal, where it matters: the total is between two steps, or there are items beside it.
compared as (
    select
        *,
        case
            when abs(nearest_score - exact_score) <= 1e-9 and item_score is null then 1e-9
            when contains(total_text, '.')
                then units_per_point / (2 * pow(10, len(split_part(total_text, '.', 2)))) + 1e-9
            else units_per_point / 2 + 1e-9
        end as rounding
    from scored
),

-- A total sent alone is on the step of the complete questionnaire, or of fewer items where some may be missing.
placed as (
    select
        *,
        case
            when item_score is not null then item_score
            when abs(nearest_score - exact_score) <= rounding then nearest_score
            when fewer_item_steps is not null
                then list_filter(
                    list_transform(
                        fewer_item_steps, lambda step: minimum + step * round((exact_score - minimum) / step)
                    ),
                    lambda attainable: abs(attainable - exact_score) <= rounding
                )[1]
        end as score
    from compared
),

judged as (
    select
        scored.*,
        case
            when scored.source_rule is not null
                then {'rule': scored.source_rule, 'column_name': scored.source_column}
            when scored.scale_place = 'not_tracked' then {'rule': 'not_tracked', 'column_name': 'scale'}
            when scored.scale_place is null then {'rule': 'missing_key', 'column_name': 'scale'}
            when scored.scale_place = 'near_miss' then {'rule': 'near_miss_scale', 'column_name': 'scale'}
            when scored.course_id is null then {'rule': 'missing_key', 'column_name': 'course_id'}
            when scored.course_rule is not null then {'rule': scored.course_rule, 'column_name': 'course_id'}
            when scored.is_time_blank then {'rule': 'missing_key', 'column_name': scored.time_column}
            when scored.exact_minute is null then {'rule': 'not_a_number', 'column_name': scored.time_column}
            when scored.exact_minute not between parameters.earliest_minute and parameters.latest_minute
                then {'rule': 'impossible_time', 'column_name': scored.time_column}
            when scored.total_text is not null and (scored.total is null or not isfinite(scored.total))
                then {'rule': 'not_a_number', 'column_name': 'total'}
            when scored.exact_score not between scored.minimum and scored.maximum
                then {'rule': 'out_of_range', 'column_name': 'total'}
            when scored.item_rule is not null then {'rule': scored.item_rule, 'column_name': scored.item_column}
            when abs(scored.item_score - scored.exact_score) > scored.rounding
                then {'rule': 'items_and_total_disagree', 'column_name': 'total'}
            when scored.score is null then {'rule': 'off_step', 'column_name': 'total'}
            when scored.rater <> scored.own_rater and not list_contains(code_lists.raters, scored.rater) then {'rule': 'unknown_code', 'column_name': 'rater'}
            when not list_contains(code_lists.timings, scored.timing)
                then {'rule': 'unknown_code', 'column_name': 'timing'}
            when
                scored.infusion_number_text is not null
                and (scored.infusion_number is null or scored.infusion_number <> floor(scored.infusion_number))
                then {'rule': 'not_a_whole_number', 'column_name': 'infusion_number'}
            when
                scored.infusion_number
                not between code_lists.least_infusion_number and code_lists.greatest_infusion_number
                then {'rule': 'out_of_range', 'column_name': 'infusion_number'}
            when scored.is_day_resolution_unknown then {'rule': 'unknown_code', 'column_name': 'day_resolution'}
        end as fault
    from placed as scored
    cross join ref.parameters as parameters
    cross join code_lists
)

select
    line,
    course_id,
    scale,
    rater,
    case when fault is null then cast(round(exact_minute) as integer) end as minute,
    timing,
    case when fault is null then cast(infusion_number as integer) end as infusion_number,
    case when fault is null then cast(score as decimal(9, 3)) end as score,
    items,
    n_answered,
    coalesce(is_prorated, false) as is_prorated,
    is_days and time = floor(time) as is_whole_day,
    is_days and time <> floor(time) as is_part_day,
    is_known_by_day,
    fault.rule as rule,
    fault.column_name as column_name
from judged
