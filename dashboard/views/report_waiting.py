"""Before a quarterly report can be read: the offer to make it, and how far its making is."""

from __future__ import annotations

import streamlit as st

from dashboard import packs
from dashboard.packs import Asked, Making
from dashboard.reading import Snapshot
from dashboard.views.parts import typeset
from pipelines.errors import OutcomesError
from pipelines.words.catalogue import say
from pipelines.words.report_desk import step_words

_LOOKED_AT_EACH = "1s"


def offer_preview(snapshot: Snapshot, asked: Asked) -> None:
    """A button that makes the preview, and what that does not do."""
    st.button(say("report_desk.preview"), type="primary", key="preview", on_click=packs.begin, args=(snapshot, asked))
    st.html(f'<p class="quiet">{typeset(say("report_desk.preview_more"))}</p>')


def tell_failure(snapshot: Snapshot, asked: Asked, making: Making) -> None:
    """Why a report could not be made, and the offer to try again."""
    try:
        packs.drafted(making)
        packs.preview(making)
    except OutcomesError as error:
        st.html(f'<p class="fault" role="alert">{typeset(str(error))}</p>')
    st.button(say("report_desk.again"), key="preview", on_click=packs.begin, args=(snapshot, asked))


@st.fragment(run_every=_LOOKED_AT_EACH)
def wait_for(making: Making, asked: Asked) -> None:
    """Tells the step that is being done, and draws the page anew when the next part is there."""
    if making.drafted.done():
        st.rerun()
    st.html(_progress_html(making, asked))


def _progress_html(making: Making, asked: Asked) -> str:
    words = step_words(making.steps, asked.formats)
    return (
        f'<div class="making" role="status"><p class="quiet">{typeset(words)}</p></div>'
        f'<progress class="making" max="{len(asked.formats) + 2}" value="{len(making.steps)}" '
        f'aria-label="{typeset(say("report_desk.preview"))}"></progress>'
    )
