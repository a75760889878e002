-- Quarters (or years) in which a site has far fewer courses than in those before.
-- Grain: site
-- Assumption: a site's periods run from its first to the program's last that is over; one without any course counts
-- with 0. Checked once the mean of the periods before is large enough to tell.
with
site_periods as (
    select
        courses.site,
        min(periods.position) as first_position
    from outcome.courses as courses
    inner join batch.periods as periods on courses.period = periods.period
    group by courses.site
),

period_counts as (
    select
        site_periods.site,
        periods.position,
        count(courses.course_key) as n_courses
    from site_periods
    inner join batch.periods as periods on periods.position >= site_periods.first_position and periods.is_over
    left join outcome.courses as courses
        on site_periods.site = courses.site and periods.period = courses.period
    group by site_periods.site, periods.position
),

compared as (
    select
        own.site,
        own.position,
        any_value(own.n_courses) as n_courses,
        avg(earlier.n_courses) as mean_before
    from period_counts as own
    cross join ref.quality_parameters as parameters
    inner join period_counts as earlier
        on
            own.site = earlier.site
            and earlier.position >= own.position - parameters.periods_before
            and earlier.position < own.position
    group by own.site, own.position
    having count(*) >= any_value(parameters.periods_before)
)

select
    compared.site,
    count(*) filter (where 100 * compared.n_courses < parameters.least_percent_of_mean * compared.mean_before)
        as n_violated,
    count(*) as n_checked
from compared
cross join ref.quality_parameters as parameters
where compared.mean_before >= parameters.least_mean_before
group by compared.site
