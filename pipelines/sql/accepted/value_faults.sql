-- Cells of landed courses and infusions that their column does not allow, each with the rule it breaks.
-- Grain: table_name, line, column_name
-- Assumption: landed text is trimmed and a blank cell is NULL.
-- Reference: ref.columns and ref.codes, from definitions/columns.toml
with
course_cells as (
    select 'courses' as table_name, line, column_name, cell
    from landing.courses
    unpivot (
        cell for column_name in (
            course_number, conditions, quarter, year, route, setting, age_band, sex,
            treatment_resistant, planned_infusions, ended_day, end_reason
        )
    )
),

infusion_cells as (
    select 'infusions' as table_name, line, column_name, cell
    from landing.infusions
    unpivot (
        cell for column_name in (
            infusion_number, route, dose_mg, dose_mg_per_kg, duration_minutes, dissociation_score, experience,
            systolic_before, systolic_peak, diastolic_before, diastolic_peak, heart_rate_before, heart_rate_peak,
            adverse_events, stopped_early, preparation_session, integration_session
        )
    )
),

cells as (
    select table_name, line, column_name, cell from course_cells
    union all
    select table_name, line, column_name, cell from infusion_cells
),

numbers as (
    select
        *,
        case when not contains(cell, '_') then try_cast(cell as double) end as number,
        list_filter(
            list_transform(string_split(cell, ';'), lambda part: trim(part)), lambda part: part <> ''
        ) as parts
    from cells
),

code_lists as (
    select table_name, column_name, list(code) as codes
    from ref.codes
    group by table_name, column_name
),

judged as (
    select
        numbers.table_name,
        numbers.line,
        numbers.column_name,
        columns.position,
        case
            when columns.kind in ('number', 'whole_number') and (numbers.number is null or not isfinite(numbers.number))
                then 'not_a_number'
            when columns.kind = 'whole_number' and numbers.number <> floor(numbers.number) then 'not_a_whole_number'
            when columns.kind in ('number', 'whole_number') and numbers.number not between columns.minimum and columns.maximum
                then 'out_of_range'
            when columns.kind in ('code', 'yes_no') and not list_contains(code_lists.codes, numbers.cell)
                then 'unknown_code'
            when columns.kind = 'codes' and not list_has_all(code_lists.codes, numbers.parts)
                then case numbers.column_name when 'conditions' then 'unknown_condition' else 'unknown_code' end
            when numbers.column_name = 'quarter' and not regexp_full_match(numbers.cell, '20\d\d-Q[1-4]')
                then 'bad_period'
            when numbers.column_name = 'year' and not regexp_full_match(numbers.cell, '20\d\d')
                then 'bad_period'
        end as rule
    from numbers
    inner join ref.columns as columns
        on numbers.table_name = columns.table_name and numbers.column_name = columns.column_name
    left join code_lists
        on numbers.table_name = code_lists.table_name and numbers.column_name = code_lists.column_name
)

select table_name, line, column_name, position, rule
from judged
where rule is not null
