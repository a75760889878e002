-- What each chain holds: how each window stands, with the band of change and whether the score is in remission.
-- Grain: chain_key, window_name
-- change_band: the place of the band of per cent change, from 1 for the largest fall; NULL where nothing was observed.
-- later_window: the next window that the same score stands for too; a score counts in the last of those in question.
with
windows as (
    select chain_key, unnest(chain) as link
    from outcome.chains
)

select
    chain_key,
    cast(link.window_name as varchar) as window_name,
    cast(link.follow_up as varchar) as follow_up,
    link.change_band,
    link.is_in_remission,
    cast(link.later_window as varchar) as later_window
from windows
