"""Over which quarters sites are shown, and how they are joined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipelines.privacy.release.ledger import Ledger, Span
from pipelines.privacy.release.pooling import Group, grouped, last_pools, summed_by
from pipelines.privacy.release.said import Said

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.definitions.disclosure import Policy

_LONGER = (1, 2, 4)
"""By how much a span may be longer than the rolling cohort, before what is asked of sites is less."""
_OFFERS = (
    ("n_started", "n_in_population", "n_observed", "n_responded"),
    ("n_started", "n_observed", "n_responded"),
    ("n_started", "n_in_population", "n_observed"),
    ("n_started", "n_observed"),
    ("n_started",),
)
_NONE = Span((), (), ())


class Spanned(NamedTuple):
    """How sites are shown, and what is to be said of it."""

    span: Span
    said: tuple[Said, ...]


def spanned_sites(
    condition: str,
    counts: pd.DataFrame,
    policy: Policy,
    earlier: Ledger,
    pools: Sequence[Group],
    columns: Sequence[str],
    rolling: int,
) -> Spanned:
    """Sites over the rolling quarters, or more if that lets their response be shown.

    Two spans that overlap would tell what a site had in the quarters between: after a first pack, sites are repeated
    as they were until enough new quarters have passed to show as much. Where late data moved a pool of a span since it
    was released, one group is held back: all of them together would tell by how much.
    """
    in_rolling = last_pools(pools, rolling)
    before = earlier.spans.get(condition, ())
    new = [pool for pool in pools if not before or pool[0] > before[-1].quarters[-1]]
    is_due = not before or sum(map(len, new)) >= rolling
    span = _widest(counts, policy, new, columns, rolling) if is_due else _NONE
    if before and not {*before[-1].columns} <= {*span.columns}:
        as_of = [] if before[-1].quarters == in_rolling else [Said("sites_as_of", before[-1].quarters)]
        return Spanned(before[-1], (*as_of, *_said_of(before[-1].sites)))
    n_sites = counts["site"].nunique()
    if not span.sites:
        return Spanned(
            _NONE, (Said("sites_not_shown", tuple(sorted(map(str, counts["site"].unique())))),) if n_sites > 1 else ()
        )
    as_of = [] if span.quarters == in_rolling else [Said("sites_as_of", span.quarters)]
    fewer = tuple(name for name in columns if name not in span.columns)
    said = [*as_of, *([Said("site_columns_not_shown", fewer)] if fewer else []), *_said_of(span.sites)]
    if earlier.has_drifted(condition, summed_by(counts, "quarter"), span.quarters, policy):
        *shown, held_back = span.sites
        said.append(Said("sites_one_held_back", held_back))
        span = span._replace(sites=tuple(shown))
    return Spanned(span, tuple(said))


def _widest(counts: pd.DataFrame, policy: Policy, pools: Sequence[Group], columns: Sequence[str], rolling: int) -> Span:
    """The span whose sites can be shown by most: by response, over more quarters if need be, else by less.

    The first that leaves two sites standing alone beside the others, or one if there is no such.
    """
    offers = dict.fromkeys(tuple(name for name in offer if name in columns) for offer in _OFFERS)
    by_response = [offer for offer in offers if "n_responded" in offer]
    by_less = [offer for offer in offers if offer and offer not in by_response]
    kinds = ([(offer, times) for times in _LONGER for offer in by_response], [(offer, 1) for offer in by_less])
    for tries in kinds:
        spans = [_grouped_over(last_pools(pools, times * rolling), counts, offer, policy) for offer, times in tries]
        if found := next((span for n in (3, 2) for span in spans if len(span.sites) >= n), None):
            return found
    return _NONE


def _grouped_over(quarters: Group, counts: pd.DataFrame, columns: Group, policy: Policy) -> Span:
    of = summed_by(counts[counts["quarter"].isin(quarters)], "site")
    return Span(quarters, grouped(of, columns, policy), columns)


def _said_of(groups: Sequence[Group]) -> list[Said]:
    return [Said("sites_joined", group) for group in groups if len(group) > 1]
