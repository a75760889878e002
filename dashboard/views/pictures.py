"""Figures as SVG and PNG and the link to copy, made in the reader's browser from what the page shows.

A figure is drawn by the browser alone, so the file is what the reader saw: width, theme and hidden parts included. No
browser runs on the server.
"""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files as files_of
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import visit
from dashboard.choices import address_of
from dashboard.filters import context, current_choices
from dashboard.reading import Snapshot
from pipelines.words.catalogue import say
from pipelines.words.pictures import file_words, picture_words

_DRAWN = "drawn"
_SCRIPTS = [files_of("dashboard").joinpath(name).read_text(encoding="utf-8") for name in ("pictures.js", "markup.js")]
_component = st.components.v2.component("pictures", js="\n".join(_SCRIPTS), isolate_styles=False)


def begin_page() -> None:
    """No figure is drawn yet in this run."""
    st.session_state[_DRAWN] = {}


def note_figure(key: str, finding: str = "") -> None:
    """A figure is drawn, and can be taken along.

    Args:
        key: of the figure, or of the container whose markup is one.
        finding: what stands above it in the file; without one its own alternative text.
    """
    st.session_state.setdefault(_DRAWN, {})[key] = finding


def pictures(part: DeltaGenerator, name: str, snapshot: Snapshot, link: str) -> None:
    """Offers the figures drawn above as SVG and PNG, and the link to copy.

    Args:
        part: where.
        name: of this place, unique on the page.
        snapshot: that the figures come from.
        link: to this view.
    """
    findings: dict[str, str] = st.session_state.get(_DRAWN, {})
    names = {key: picture_words(key, context(snapshot)) for key in findings}
    files = {key: file_name(snapshot, words) for key, words in names.items()}
    begin_page()
    figures = [
        {"key": re.sub(r"[^a-zA-Z0-9_-]", "-", key), "name": names[key], "file": file, "finding": findings[key]}
        for key, file in files.items()
    ]
    offered = {
        "figures": figures,
        "footer": provenance(snapshot),
        "link": link,
        "copy": say("downloads.copy_link"),
        "copied": say("downloads.copied"),
    }
    with part:
        _buttons(f"pictures_{name}", offered, frozenset(files.values()))


@st.fragment
def _buttons(place: str, offered: dict[str, Any], files: frozenset[str]) -> None:
    """A fragment: a run of the whole page would take the CSV away from who clicks on it while that run lasts."""

    def saved() -> None:
        file = str(st.session_state[place]["saved"])
        if file.rpartition(".")[0] in files:
            visit.took_away(file)

    _component(key=place, on_saved_change=saved, data=offered)


def provenance(snapshot: Snapshot) -> str:
    """Where a figure comes from: program, snapshot, selection, and whether the data are real."""
    manifest = snapshot.manifest
    parts = [
        manifest.program,
        f"snapshot {manifest.built_at:%Y-%m-%d} {snapshot.id[:8]}",
        context(snapshot).selected,
        *(["synthetic demonstration data"] if manifest.is_synthetic else []),
    ]
    return " · ".join(parts)


def file_name(snapshot: Snapshot, name: str) -> str:
    """What a file of this view is called; the identifier of its snapshot stands in the file.

    Args:
        snapshot: that it comes from.
        name: what it is, in words.
    """
    address = address_of(replace(current_choices(), by=None, tab=None))
    chosen = [value for values in address.values() for value in values]
    return file_words(name, chosen, snapshot.manifest.built_at.date())
