"""Figures as SVG and PNG and the link to copy, made in the reader's browser from what the page shows.

A figure is drawn by the browser alone, so the file is what the reader saw: width, theme and hidden parts included. No
browser runs on the server.
"""

from __future__ import annotations

import re
from importlib.resources import files
from urllib.parse import urlsplit

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import visit
from dashboard.choices import address_of
from dashboard.filters import context, current_choices
from dashboard.reading import Snapshot
from pipelines.words.catalogue import say

_DRAWN = "drawn"
_LONGEST_SELECTION = 60
_component = st.components.v2.component(
    "pictures", js=files("dashboard").joinpath("pictures.js").read_text(encoding="utf-8"), isolate_styles=False
)


def begin_page() -> None:
    """No figure is drawn yet in this run."""
    st.session_state[_DRAWN] = []


def note_figure(key: str) -> None:
    """A figure is drawn, and can be taken along."""
    st.session_state.setdefault(_DRAWN, []).append(key)


def pictures(part: DeltaGenerator, name: str, snapshot: Snapshot, link: str) -> None:
    """Offers the figures drawn above as SVG and PNG, and the link to copy.

    Args:
        part: where.
        name: of this place, unique on the page.
        snapshot: that the figures come from.
        link: to this view.
    """
    figures = {key: file_name(snapshot, key) for key in st.session_state.get(_DRAWN, [])}
    begin_page()
    place = f"pictures_{name}"

    def saved() -> None:
        file = str(st.session_state[place]["saved"])
        if file.rpartition(".")[0] in figures.values():
            visit.took_away(file)

    with part:
        _component(
            key=place,
            on_saved_change=saved,
            data={
                "figures": [
                    {
                        "key": re.sub(r"[^a-zA-Z0-9_-]", "-", key),
                        "name": key.replace("_", " ").capitalize(),
                        "file": file,
                    }
                    for key, file in figures.items()
                ],
                "footer": provenance(snapshot),
                "link": link,
                "copy": say("downloads.copy_link"),
                "copied": say("downloads.copied"),
            },
        )


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
    """Page, what it is, selection and snapshot, so that files from several views are told apart."""
    page = urlsplit(st.context.url or "").path.rsplit("/", 1)[-1] or "overview"
    chosen = "-".join(value for values in address_of(current_choices()).values() for value in values)
    parts = [page, name, chosen[:_LONGEST_SELECTION] or "all", snapshot.id[:8]]
    return "-".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts)
