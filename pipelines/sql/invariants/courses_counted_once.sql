-- Attributes under which the published courses of the whole program are not the accepted courses.
-- Grain: attribute
with
published_courses as (
    select attribute, sum(n_started) as n_published
    from published.started_courses
    where condition = 'any' and not ends_with(population, '_any_baseline')
    group by attribute
),

accepted_courses as (
    select count(*) as n_accepted
    from accepted.courses
)

select published_courses.attribute, published_courses.n_published, accepted_courses.n_accepted
from published_courses
cross join accepted_courses
where published_courses.n_published <> accepted_courses.n_accepted
