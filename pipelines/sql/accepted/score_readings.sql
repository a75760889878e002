-- Landed scores read as typed values, each with the first rule that it breaks by itself.
-- Grain: line
-- Units: minute from the start of the course's first infusion; score in the scale's points
-- Assumption: a blank rater is the scale's own; a blank line is no row and was not landed.
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

cells as (
    select
        scores.line,
        scores.course_id,
        scores.scale,
        scores.rater,
        scores.timing,
        scores.infusion_number as infusion_number_text,
        scores.total as total_text,
        scores.items as item_texts,
        case when not contains(scores.time, '_') then try_cast(scores.time as double) end as time,
        scores.time is null as is_time_blank,
        case when not contains(scores.total, '_') then try_cast(scores.total as double) end as total,
        case
            when scores.items is not null
                then list_transform(
                    scores.items, lambda item: case when not contains(item, '_') then try_cast(item as double) end
                )
        end as items
    from landing.scores as scores
),

names as (
    select
        scale_names.name,
        scale_names.place,
        scales.*
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
        names.n_items,
        names.minimum,
        names.maximum,
        names.step,
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
        cells.item_texts,
        cells.items,
        case
            when cells.item_texts is not null then len(list_filter(cells.item_texts, lambda item: item is not null))
            else 0
        end as n_answered,
        case
            when cells.item_texts is not null
                then list_position(list_transform(cells.item_texts, lambda item: item is not null), true)
        end as first_answered,
        case
            when cells.item_texts is not null
                then list_position(
                    list_transform(
                        list_zip(cells.item_texts, cells.items),
                        lambda pair: pair[1] is not null and coalesce(not isfinite(pair[2]), true)
                    ),
                    true
                )
        end as first_unreadable,
        case
            when cells.item_texts is not null
                then list_position(
                    list_transform(
                        cells.items,
                        lambda item, place: item is not null
                        and (
                            item not between names.item_minimum and names.item_maximum
                            or place > names.n_items
                        )
                    ),
                    true
                )
        end as first_out_of_range,
        case
            when cells.item_texts is not null
                then list_position(list_transform(cells.items, lambda item: coalesce(item <> floor(item), false)), true)
        end as first_between,
        case
            when cells.item_texts is not null
                then list_position(
                    list_transform(
                        list_resize(cells.item_texts, greatest(len(cells.item_texts), names.n_items)),
                        lambda item, place: item is null and place <= names.n_items
                    ),
                    true
                )
        end as first_blank,
        case when cells.total is not null then cells.total else list_sum(cells.items) end as score
    from cells
    cross join clocks
    left join names on cells.scale = names.name
    left join accepted.unusable_courses as unusable on cells.course_id = unusable.course_id
),

judged as (
    select
        scored.*,
        case
            when scored.scale_place = 'not_tracked' then {'rule': 'not_tracked', 'column_name': 'scale'}
            when scored.course_id is null then {'rule': 'missing_key', 'column_name': 'course_id'}
            when scored.scale_place is null then {'rule': 'missing_key', 'column_name': 'scale'}
            when scored.scale_place = 'near_miss' then {'rule': 'near_miss_scale', 'column_name': 'scale'}
            when scored.course_rule is not null then {'rule': scored.course_rule, 'column_name': 'course_id'}
            when scored.is_time_blank then {'rule': 'missing_key', 'column_name': scored.time_column}
            when scored.exact_minute is null then {'rule': 'not_a_number', 'column_name': scored.time_column}
            when scored.exact_minute not between parameters.earliest_minute and parameters.latest_minute
                then {'rule': 'impossible_time', 'column_name': scored.time_column}
            when scored.total_text is not null and (scored.total is null or not isfinite(scored.total))
                then {'rule': 'not_a_number', 'column_name': 'total'}
            when scored.total not between scored.minimum and scored.maximum
                then {'rule': 'out_of_range', 'column_name': 'total'}
            when abs(round((scored.total - scored.minimum) / scored.step) * scored.step - (scored.total - scored.minimum)) > 1e-9
                then {'rule': 'off_step', 'column_name': 'total'}
            when scored.n_answered > 0 and scored.n_items is null
                then {'rule': 'out_of_range', 'column_name': 'item_' || scored.first_answered}
            when scored.first_unreadable > 0
                then {'rule': 'not_a_number', 'column_name': 'item_' || scored.first_unreadable}
            when scored.first_out_of_range > 0
                then {'rule': 'out_of_range', 'column_name': 'item_' || scored.first_out_of_range}
            when scored.first_between > 0
                then {'rule': 'off_step', 'column_name': 'item_' || scored.first_between}
            when scored.n_answered > 0 and scored.first_blank > 0
                then {'rule': 'too_few_items', 'column_name': 'item_' || scored.first_blank}
            when scored.n_answered > 0 and abs(scored.total - list_sum(scored.items)) > scored.step / 2
                then {'rule': 'items_and_total_disagree', 'column_name': 'total'}
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
        end as fault
    from scored
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
    case when n_answered > 0 then items end as items,
    is_days and time = floor(time) as is_whole_day,
    is_days and time <> floor(time) as is_part_day,
    fault.rule as rule,
    fault.column_name as column_name
from judged
