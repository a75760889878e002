-- Items of landed scores read as numbers, the first rule that they break by themselves, and the total that they make.
-- Grain: line
-- Kept as: view
-- Units: items in points; score in the scale's units (ref.scales.units_per_point to a point)
-- Assumption: only scores with an item answered are here. A letter behind an answer counts for nothing where the form
-- has letters. A blank item is missing unless the form leaves it blank; more missing than allowed is a fault.
-- Reference: scoring from ref.scale_items (definitions/scales/*.toml)
with
answered as (
    select
        scores.line,
        scales.units_per_point,
        scales.step,
        rules.*,
        list_count(scores.items) as n_filled,
        list_position(list_transform(scores.items, lambda item: item is not null), true) as first_filled,
        case
            when rules.lettered_items is null then scores.items
            else list_transform(
                scores.items,
                lambda item, place: case
                    when list_contains(rules.lettered_items, place) and regexp_full_match(item, '[1-9][abAB]')
                        then item[1]
                    else item
                end
            )
        end as texts
    from landing.scores as scores
    inner join landing.scale_names as names on scores.scale = names.name
    inner join ref.scales as scales on names.scale = scales.scale
    left join ref.scale_items as rules on scales.scale = rules.scale
    where scores.items is not null and list_count(scores.items) > 0
),

numbered as (
    select
        *,
        list_transform(
            list_resize(texts, greatest(len(texts), n_items)),
            lambda item: case when not contains(item, '_') then try_cast(item as double) end
        ) as items
    from answered
),

-- Items that the form itself leaves blank: of a group of which one is answered, and those skipped after an answer.
excused as (
    select
        *,
        list_concat(
            case
                when either_items is not null
                    then flatten(
                        list_filter(
                            either_items,
                            lambda members: len(list_filter(members, lambda place: texts[place] is not null)) > 0
                        )
                    )
            end,
            case when items[skipped_when_item] = skipped_when_answer then skipped_items end
        ) as excused_items
    from numbered
),

placed as (
    select
        *,
        case
            when list_count(items) < list_count(texts)
                then list_position(
                    list_transform(texts, lambda item, place: item is not null and items[place] is null), true
                )
            else list_position(list_transform(items, lambda item: not isfinite(item)), true)
        end as first_unreadable,
        list_position(
            list_transform(
                items,
                lambda item, place: item is not null and coalesce(not item between item_minimum and item_maxima[place], true)
            ),
            true
        ) as first_out_of_range,
        list_position(list_transform(items, lambda item: item <> floor(item)), true) as first_between,
        case
            when list_count(items) < n_items
                then list_filter(
                    range(1, n_items + 1), lambda place: items[place] is null and not list_contains(excused_items, place)
                )
            else []
        end as missing_items
    from excused
),

judged as (
    select
        *,
        case
            when n_items is null then {'rule': 'out_of_range', 'column_name': 'item_' || first_filled}
            when first_unreadable > 0 then {'rule': 'not_a_number', 'column_name': 'item_' || first_unreadable}
            when first_out_of_range > 0 then {'rule': 'out_of_range', 'column_name': 'item_' || first_out_of_range}
            when first_between > 0 then {'rule': 'off_step', 'column_name': 'item_' || first_between}
            when len(missing_items) > may_be_missing
                then {'rule': 'too_few_items', 'column_name': 'item_' || missing_items[1]}
        end as fault
    from placed
)

select
    line,
    list_resize(items, n_items) as items,
    cast(list_count(items) as integer) as n_answered,
    len(missing_items) > 0 as is_prorated,
    fault.rule as rule,
    fault.column_name as column_name,
    case
        when fault is not null then null
        when scoring = 'mean' then list_sum(items) * units_per_point / list_count(items)
        when scoring = 'domain_maxima'
            then units_per_point
            * list_sum(
                list_transform(domains, lambda members: list_max(list_transform(members, lambda place: items[place])))
            )
        when scoring = 'highest_level'
            then units_per_point * list_max(list_transform(items, lambda item, place: item * place))
        when len(missing_items) = 0 then units_per_point * list_sum(items)
        else step * floor(units_per_point * list_sum(items) * n_items / (list_count(items) * step) + 1 / 2)
    end as score
from judged
