-- Chains counted by stratum.
-- Grain: stratum_key, chain_key
with
numbered as (
    select course_chains.course_key, course_chains.scale, chains.chain_key
    from outcome.course_chains as course_chains
    inner join outcome.chains as chains on course_chains.chain = chains.chain
)

select members.stratum_key, numbered.chain_key, count(*) as n_courses
from outcome.stratum_courses as members
inner join numbered on members.course_key = numbered.course_key and members.scale = numbered.scale
group by members.stratum_key, numbered.chain_key
