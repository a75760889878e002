"""Taking a quarterly report along: recording it as released, and its files once that is done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dashboard import offers, packs, visit
from dashboard.reading import other_in_force
from dashboard.views.parts import heading, typeset
from pipelines.errors import OutcomesError
from pipelines.words.catalogue import say

if TYPE_CHECKING:
    from dashboard.packs import Asked, Drafted
    from dashboard.reading import Snapshot

_KINDS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_FAULT = "report_fault"


def tell_fault() -> None:
    """Why the report that was to be recorded just now is not; what it was made beside may be another by now."""
    if fault := st.session_state.pop(_FAULT, None):
        st.html(f'<p class="fault" role="alert">{typeset(fault)}</p>')


def take_along(snapshot: Snapshot, asked: Asked, pack: Drafted) -> None:
    """The files of a pack that may be handed out; of another the step that records it."""
    with st.container(key="take"):
        heading(say("report_desk.take"))
        if packs.may_leave(snapshot, pack):
            _files(snapshot, asked, pack)
        elif other_in_force() is not None:
            _said(say("report_desk.take_not_in_force"))
        else:
            _record_step(snapshot, asked, pack)


def _record_step(snapshot: Snapshot, asked: Asked, pack: Drafted) -> None:
    _said(say("report_desk.take_ask", policy=say(f"report_desk.policy_{asked.policy}")))
    _said(say("report_desk.take_read"))

    def record() -> None:
        try:
            with visit.releasing(asked.folder_name, str(pack.made.manifest.release)):
                packs.record(snapshot, asked, pack)
        except OutcomesError as error:
            st.session_state[_FAULT] = str(error)

    st.button(say("report_desk.take_button"), type="primary", key="record", on_click=record)


def _files(snapshot: Snapshot, asked: Asked, pack: Drafted) -> None:
    released = offers.all_releases(snapshot)
    known = next((each for each in released if each.id == pack.made.manifest.release), None)
    if known is None:
        _said(say("report_desk.take_internal"))
    else:
        _said(say("report_desk.take_recorded", at=f"{known.released_at:%Y-%m-%d %H:%M} UTC"))
    with st.container(horizontal=True, gap="small", key="files"):
        _file(
            "all",
            f"{asked.folder_name}.zip",
            "application/zip",
            partial(packs.handed_out, snapshot, pack, packs.zipped),
        )
        for form, kind in _KINDS.items():
            name = f"{asked.folder_name}.{form}"
            _file(form, name, kind, partial(packs.handed_out, snapshot, pack, partial(_content, name)))
    st.html(f'<p class="quiet">{typeset(say("report_desk.take_command"))}</p>')
    st.code(asked.command, language=None, wrap_lines=True)


def _file(words: str, name: str, kind: str, load: Callable[[], bytes]) -> None:
    st.download_button(
        say(f"report_desk.take_{words}"),
        data=visit.on_record(name, load),
        file_name=name,
        mime=kind,
        on_click="ignore",
        key=f"download_{words}",
        type="primary" if words == "all" else "secondary",
    )


def _content(name: str, pack: Drafted) -> bytes:
    return pack.made.files[name]


def _said(text: str) -> None:
    st.html(f'<p class="door">{typeset(text)}</p>')
