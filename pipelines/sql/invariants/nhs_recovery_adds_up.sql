-- Groups in which the courses that recovery is counted from are not all that started, or a part is more than its whole.
-- Grain: condition, population, quarter, site, route, attribute, level
with
counted as (
    select
        condition,
        population,
        quarter,
        site,
        route,
        attribute,
        level,
        sum(n_courses) as n_courses,
        bool_or(
            n_with_first > n_courses
            or n_paired > n_with_first
            or n_at_caseness > n_with_first
            or n_at_caseness_paired > least(n_at_caseness, n_paired)
            or n_recovered > n_at_caseness_paired
            or n_reliably_recovered > least(n_recovered, n_reliably_improved)
            or n_reliably_improved + n_reliably_deteriorated > n_paired
            or n_last_before_end > n_paired
        ) as is_more_than_its_whole
    from published.nhs_recoveries
    group by all
)

select started.*, counted.n_courses
from published.started_courses as started
semi join ref.nhs_conditions as conditions on started.condition = conditions.condition
left join counted using (condition, population, quarter, site, route, attribute, level)
where counted.n_courses is distinct from started.n_started or counted.is_more_than_its_whole
