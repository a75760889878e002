"""What a pack joined or does not show, and why, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.words.catalogue import say
from pipelines.words.numbers import listed
from pipelines.words.report import cohort_words

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import Policy
    from pipelines.privacy.release.said import Said

_OF_QUARTERS = ("quarters_wait", "nothing_shown", "sites_as_of")
_OF_COLUMNS = ("columns_not_shown", "site_columns_not_shown")
_BETWEEN = "; "


def withheld_words(said: Said, label: str, policy: Policy) -> str:
    """One thing that was joined or withheld.

    Args:
        said: its key, and the quarters, sites or columns that it is about.
        label: of the condition.
        policy: by which.
    """
    if said.key == "quarters_joined":
        pools = [cohort_words(pool.split(_BETWEEN)) for pool in said.values]
        key = "quarters_joined" if len(pools) > 1 else "quarters_joined_one"
        return say(f"report_withheld.{key}", label=label, pools=listed(pools), hides=policy.hides)
    if said.key in _OF_QUARTERS:
        return say(f"report_withheld.{said.key}", label=label, quarters=cohort_words(said.values))
    if said.key in _OF_COLUMNS:
        columns = listed([say(f"report_withheld.{name}") for name in said.values])
        return say(f"report_withheld.{said.key}", label=label, columns=columns)
    return say(f"report_withheld.{said.key}", label=label, sites=listed(list(said.values)))
