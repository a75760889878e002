-- What was found at the infusions of courses started, as sums over courses: how many it was recorded of, the total,
-- and their squares and products, for intervals that know that the infusions of a course are alike.
-- Grain: started_key, infusion, finding
-- Units: rises in mmHg and per minute, to a thousandth; of all else infusions that had it
-- n_courses are those with the finding recorded at any infusion. infusion and finding as in outcome.course_findings.
select
    members.started_key,
    findings.infusion,
    findings.finding,
    cast(count(*) as integer) as n_courses,
    cast(sum(findings.n_recorded) as integer) as n_recorded,
    cast(sum(findings.n_recorded * findings.n_recorded) as bigint) as n_recorded_square_sum,
    sum(findings.total) as total_sum,
    sum(findings.total * findings.total) as total_square_sum,
    sum(findings.n_recorded * findings.total) as cross_sum
from outcome.started_members as members
inner join outcome.course_findings as findings on members.course_key = findings.course_key
group by members.started_key, findings.infusion, findings.finding
