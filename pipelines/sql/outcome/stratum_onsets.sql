-- Onset intervals counted by stratum; courses without an assessment after the first infusion stand apart.
-- Grain: stratum_key, rule, kind, left_minute, right_minute, left_infusions, right_infusions, is_assessed
-- Units: minutes from the first infusion; infusions received
with
kinds as (
    select unnest(enum_range(null::onset_kind)) as kind
)

select
    members.stratum_key,
    rules.rule,
    kinds.kind,
    coalesce(onsets.left_minute, 0) as left_minute,
    onsets.right_minute,
    onsets.left_infusions,
    onsets.right_infusions,
    onsets.course_key is not null as is_assessed,
    count(*) as n_courses
from outcome.stratum_courses as members
inner join ref.scale_rules as rules on members.scale = rules.scale
cross join kinds
left join outcome.onsets as onsets
    on
        members.course_key = onsets.course_key
        and members.scale = onsets.scale
        and rules.rule = onsets.rule
        and kinds.kind = onsets.kind
where rules.kind in ('response', 'response_points')
group by
    members.stratum_key, rules.rule, kinds.kind, coalesce(onsets.left_minute, 0), onsets.right_minute,
    onsets.left_infusions, onsets.right_infusions, onsets.course_key is not null
