-- Landed scores that are not accepted: where each ended and why.
-- Grain: line
-- Assumption: a row is judged by itself, then for day 0, then against scores of the same key here and,
-- where the import only adds, in the store.
with
ambiguous as (
    select readings.line
    from accepted.score_readings as readings
    inner join accepted.ambiguous_days as days
        on
            readings.course_id = days.course_id
            and readings.scale = days.scale
            and readings.rater = days.rater
    where readings.rule is null and readings.minute = 0 and readings.timing is null
),

repeats as (
    select
        readings.line,
        repeated.n_versions > 1 as is_conflict,
        readings.line > repeated.first_line as is_repeat
    from accepted.score_readings as readings
    inner join accepted.repeated_scores as repeated
        on
            readings.course_id = repeated.course_id
            and readings.scale = repeated.scale
            and readings.rater = repeated.rater
            and readings.minute = repeated.minute
            and readings.timing is not distinct from repeated.timing
            and readings.rule is null
    anti join ambiguous on readings.line = ambiguous.line
),

added_again as (
    select held.line
    from accepted.held_scores as held
    cross join ref.import_mode as mode
    where mode.is_append
)

select
    line,
    case rule when 'not_tracked' then 'not_tracked' else 'quarantined' end as place,
    nullif(rule, 'not_tracked') as rule,
    case when rule <> 'not_tracked' then column_name end as column_name
from accepted.score_readings
where rule is not null
union all
select line, 'quarantined' as place, 'before_or_after_unknown' as rule, 'timing' as column_name
from ambiguous
union all
select
    line,
    case when is_conflict then 'quarantined' else 'duplicate' end as place,
    case when is_conflict then 'conflicting_duplicate' end as rule,
    case when is_conflict then 'total' end as column_name
from repeats
where is_conflict or is_repeat
union all
select added_again.line, 'duplicate' as place, null as rule, null as column_name
from added_again
anti join ambiguous on added_again.line = ambiguous.line
anti join (select line from repeats where is_conflict or is_repeat) as repeated on added_again.line = repeated.line
