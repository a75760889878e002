"""The offer of the snapshot in force, on a page that shows another: looked for while the page is open."""

from __future__ import annotations

import streamlit as st

from dashboard.reading import is_kept, other_in_force, show_in_force, shown, snapshot_of_run
from dashboard.views.parts import typeset
from pipelines.words.catalogue import say
from pipelines.words.snapshots import lost_words, offer_words

_LOOKED_FOR_EACH = "15s"


def lost_note() -> None:
    """Why the snapshot shown is not the one that was shown or asked for."""
    if shown().lost:
        st.caption(lost_words(shown().was_shown))


@st.fragment(run_every=_LOOKED_FOR_EACH)
def snapshot_offer() -> None:
    """Offers the snapshot in force where another is shown; leaves one that is no longer kept."""
    if not is_kept():
        st.rerun()
    in_force = other_in_force()
    if in_force is None:
        return
    words = offer_words(snapshot_of_run().manifest, in_force)
    with st.container(horizontal=True, vertical_alignment="center", key="offer"):
        st.html(f'<div role="status">{typeset(words)}</div>', width="stretch")
        if st.button(say("snapshots.take_up"), key="take_up"):
            show_in_force()
            st.rerun()
