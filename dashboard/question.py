"""What the reader asks of the page of the quarterly report; it lives in the session, apart from the filters.

Filters are not taken over: a report about one condition because that was looked at before would be sent by mistake.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import offers

if TYPE_CHECKING:
    from dashboard.packs import Asked
    from dashboard.reading import Snapshot

_QUESTION = "report_question"


def current_question(snapshot: Snapshot) -> Asked | None:
    """The question in force; what the reader may not ask for any more is left out. None where there is nothing to ask.

    Args:
        snapshot: as the reader may see it.
    """
    begun = offers.first_question(snapshot)
    asked: Asked | None = st.session_state.get(_QUESTION)
    if begun is None or asked is None:
        return begun
    options = snapshot.options()
    return replace(
        begun,
        period=asked.period if asked.period in offers.periods(snapshot).names else begun.period,
        policy=asked.policy if asked.policy in offers.policies(snapshot) else begun.policy,
        condition=asked.condition if asked.condition in options.condition else None,
        site=asked.site if asked.site in offers.sites(snapshot) else begun.site,
        paper=asked.paper,
    )


def ask(snapshot: Snapshot, **changes: Any) -> None:
    """Changes the question; for callbacks."""
    asked = current_question(snapshot)
    if asked is not None:
        st.session_state[_QUESTION] = replace(asked, **changes)


def told(asked: Asked | None) -> dict[str, list[str]]:
    """The question as it is put on record."""
    if asked is None:
        return {}
    named = {"period": asked.period, "policy": asked.policy, "condition": asked.condition, "site": asked.site}
    return {name: [value] for name, value in named.items() if value is not None}
