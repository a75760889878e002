-- The first fault of each landed course and infusion, in the order of the columns.
-- Grain: table_name, line
select
    table_name,
    line,
    min_by(rule, position) as rule,
    min_by(column_name, position) as column_name
from accepted.value_faults
group by table_name, line
