-- Infusions of which nothing says whether there was an adverse event.
-- Grain: site
-- Assumption: "none" is a record; a blank cell is not.
select
    site,
    count(*) filter (where not has_adverse_event_record) as n_violated,
    count(*) as n_checked
from examined.infusions
group by site
