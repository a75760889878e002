"""What Streamlit leaves out of the frame around every page, done in the reader's browser by `frame.js`."""

from __future__ import annotations

from html import escape
from importlib.resources import files

import streamlit as st

from dashboard.filters import context
from dashboard.reading import Snapshot

SYNTHETIC = "synthetic demonstration data"
_component = st.components.v2.component(
    "frame", js=files("dashboard").joinpath("frame.js").read_text(encoding="utf-8"), isolate_styles=False
)


def complete_frame(title: str) -> None:
    """Names the line of pages and the current page in it, and shows it where the line is longer than the screen."""
    _component(key="frame", data={"current": title, "label": "Pages"}, on_theme_change=lambda: None)


def printed_selection(snapshot: Snapshot) -> None:
    """What is selected, in words, for a printed page, which has no filters to read it from."""
    st.html(f'<p class="only-printed quiet">{escape(context(snapshot).selected)}</p>')


def printed_foot(snapshot: Snapshot) -> None:
    """What a printed sheet is of, at the foot of each: a sheet may be read alone."""
    manifest = snapshot.manifest
    parts = [manifest.program, f"snapshot {manifest.built_at:%Y-%m-%d} {manifest.id[:8]}"]
    said = " · ".join([*parts, SYNTHETIC] if manifest.is_synthetic else parts)
    foot = f'@bottom-left {{ content: "{in_style_sheet(said)}"; font: 8pt sans-serif; }}'
    st.html(f"<style>@media print {{ @page {{ {foot} }} }}</style>")


def in_style_sheet(text: str) -> str:
    """Whatever is no letter, digit or space as its number, so that no name ends the string or the sheet."""
    return "".join(letter if letter.isalnum() or letter == " " else f"\\{ord(letter):x} " for letter in text)
