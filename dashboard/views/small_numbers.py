"""The line that says which small numbers are hidden, where any are."""

import streamlit as st

from dashboard.reading import Snapshot
from dashboard.views.parts import typeset
from pipelines.words.catalogue import say


def small_numbers_line(snapshot: Snapshot) -> None:
    """Which policy is in force, and that it is no proof; nothing where every number is shown."""
    policy = snapshot.policy
    if not policy.hides_nothing:
        st.html(f'<div class="quiet" role="note">{typeset(say("basis.policy", label=policy.label))}</div>')
