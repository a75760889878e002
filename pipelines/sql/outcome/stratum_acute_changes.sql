-- Acute changes by stratum, as sums over courses of how many there are, of changes, and of their squares and products.
-- Grain: stratum_key, infusion
-- Units: changes in the scale's units, change fractions in parts of the score before
-- n_changed_courses and n_fraction_courses are those with a change, and with one in parts, at any infusion.
select
    members.stratum_key,
    acute.infusion,
    count(*) as n_courses,
    sum(acute.n_infusions) as n_infusions,
    sum(acute.n_with_before) as n_with_before,
    sum(acute.n_with_after) as n_with_after,
    sum(acute.n_day_alone) as n_day_alone,
    count(*) filter (where acute.n_changes > 0) as n_changed_courses,
    sum(acute.n_changes) as n_changes,
    sum(acute.n_changes * acute.n_changes) as n_changes_square_sum,
    sum(acute.change) as change_sum,
    sum(acute.change * acute.change) as change_square_sum,
    sum(acute.n_changes * acute.change) as change_cross_sum,
    count(*) filter (where acute.n_fractions > 0) as n_fraction_courses,
    sum(acute.n_fractions) as n_fractions,
    sum(acute.n_fractions * acute.n_fractions) as n_fractions_square_sum,
    sum(acute.fraction) as fraction_sum,
    sum(acute.fraction * acute.fraction) as fraction_square_sum,
    sum(acute.n_fractions * acute.fraction) as fraction_cross_sum
from outcome.stratum_courses as members
inner join outcome.course_acute_changes as acute
    on members.course_key = acute.course_key and members.scale = acute.scale
group by members.stratum_key, acute.infusion
