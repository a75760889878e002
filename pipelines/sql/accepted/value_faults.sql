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

code_lists as (
    select table_name, column_name, list(code) as codes
    from ref.codes
    group by table_name, column_name
),

parsed as (
    select
        cells.table_name,
        cells.line,
        cells.column_name,
        cells.cell,
        columns.position,
        columns.kind,
        columns.minimum,
        columns.maximum,
        code_lists.codes,
        case
            when columns.kind in ('number', 'whole_number') and not contains(cells.cell, '_')
                then try_cast(cells.cell as double)
        end as number
    from cells
    inner join ref.columns as columns
        on cells.table_name = columns.table_name and cells.column_name = columns.column_name
    left join code_lists
        on cells.table_name = code_lists.table_name and cells.column_name = code_lists.column_name
),

judged as (
    select
        table_name,
        line,
        column_name,
        position,
        case
            when kind in ('number', 'whole_number')
                then case
                    when number is null or not isfinite(number) then 'not_a_number'
                    when kind = 'whole_number' and number <> floor(number) then 'not_a_whole_number'
                    when number not between minimum and maximum then 'out_of_range'
                end
            when kind = 'period'
                then case
                    when column_name = 'quarter' and not regexp_full_match(cell, '20\d\d-Q[1-4]') then 'bad_period'
                    when column_name = 'year' and not regexp_full_match(cell, '20\d\d') then 'bad_period'
                end
            when list_contains(codes, cell) then null
            when kind in ('code', 'yes_no') then 'unknown_code'
            when
                list_has_all(
                    codes,
                    list_filter(list_transform(string_split(cell, ';'), lambda part: trim(part)), lambda part: part <> '')
                )
                then null
            when column_name = 'conditions' then 'unknown_condition'
            else 'unknown_code'
        end as rule
    from parsed
)

select table_name, line, column_name, position, rule
from judged
where rule is not null
