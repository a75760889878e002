-- Response and remission rates of a site outside what published programs lead one to expect.
-- Grain: site
-- Assumption: a rate is checked once at least so many courses at or above the entry cut were observed; smaller sites
-- are taken together under "not recorded". A scale or rule without a band is not checked.
-- Reference: ref.plausible_rates, from definitions/quality.toml
with
entered as (
    select distinct course_key, scale
    from outcome.course_scales
    where entry_class = 'eligible'
),

site_counts as (
    select
        courses.site,
        responses.scale,
        responses.rule,
        responses.window_name,
        count(*) as n_observed,
        count(*) filter (where responses.is_met) as n_met
    from outcome.responses as responses
    inner join ref.plausible_rates as bands
        on
            responses.scale = bands.scale
            and responses.rule = bands.rule
            and responses.window_name = bands.window_name
    inner join entered on responses.course_key = entered.course_key and responses.scale = entered.scale
    inner join outcome.courses as courses on responses.course_key = courses.course_key
    where responses.follow_up = 'observed'
    group by courses.site, responses.scale, responses.rule, responses.window_name
),

rates as (
    select
        case when counts.n_observed >= parameters.least_courses_for_a_rate then counts.site else 'not recorded' end as site,
        counts.scale,
        counts.rule,
        counts.window_name,
        sum(counts.n_observed) as n_observed,
        sum(counts.n_met) as n_met
    from site_counts as counts
    cross join ref.quality_parameters as parameters
    group by 1, 2, 3, 4
)

select
    rates.site,
    count(*) filter (
        where
        rates.n_met < bands.least_fraction * rates.n_observed or rates.n_met > bands.most_fraction * rates.n_observed
    ) as n_violated,
    count(*) as n_checked
from rates
inner join ref.plausible_rates as bands
    on rates.scale = bands.scale and rates.rule = bands.rule and rates.window_name = bands.window_name
cross join ref.quality_parameters as parameters
where rates.n_observed >= parameters.least_courses_for_a_rate
group by rates.site
