"""The controls below a figure: which onset, and what is compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.choices import ATTRIBUTE, CLOCKS, GROUPS, KINDS, TABS, Choices, parted_by
from dashboard.filters import choose, current_choices
from dashboard.reading import Snapshot
from dashboard.theme import Palette
from pipelines.filters import Filters
from pipelines.words.selection import attribute_words
from pipelines.words.statement import Context

Tab = Callable[[Snapshot, Filters, Sequence[str], Context, Palette], None]
"""What draws an open tab: from snapshot, selection, conditions shown, what sentences need, and colours."""


def kind_control() -> None:
    """First or sustained onset."""
    labels = {"first": "First response", "sustained": "Sustained response"}
    _single("kind", "Response", KINDS, current_choices().kind, labels.__getitem__)


def clock_control() -> None:
    """Onset in days or in infusions."""
    labels = {"days": "In days", "infusions": "In infusions"}
    _single("clock", "Counted", CLOCKS, current_choices().clock, labels.__getitem__)


def by_control(snapshot: Snapshot, own: str = "condition") -> None:
    """What is compared; anything but conditions asks for one condition.

    Args:
        snapshot: offers a group only if it has more than one value.
        own: the page's own group.
    """
    choices, options = current_choices(), snapshot.options()
    groups = [
        group
        for group in GROUPS
        if group == "condition"
        or (group == ATTRIBUTE and choices.attribute)
        or (group != ATTRIBUTE and len(getattr(options, group)) > 1)
    ]
    chosen = choices.group(own)
    _single(
        "by",
        "By",
        groups,
        chosen if chosen in groups else ATTRIBUTE,
        lambda group: f"By {attribute_words(str(choices.attribute)) if group == ATTRIBUTE else group}",
        is_disabled=choices.condition is None,
    )


def subgroup_control(subgroups: Sequence[str], chosen: str) -> None:
    """What courses are parted by within each condition."""
    key = "control_subgroup"
    st.session_state[key] = chosen

    def change() -> None:
        choose(parted_by(current_choices(), st.session_state[key]))

    st.segmented_control(
        "Subgroup",
        subgroups,
        key=key,
        format_func=lambda group: f"By {attribute_words(group)}",
        required=True,
        label_visibility="collapsed",
        on_change=change,
    )


def open_tab(page: str) -> tuple[str, DeltaGenerator]:
    """Draws the tabs of a page; gives the one that is open and its place. The others are not made."""
    tabs = TABS[page]
    first = next(iter(tabs))
    chosen = current_choices().tab or first
    st.session_state["tabs"] = tabs[chosen]

    def change() -> None:
        label = st.session_state["tabs"]
        tab = next(name for name, words in tabs.items() if words == label)
        choose(replace(current_choices(), tab=None if tab == first else tab))

    containers = st.tabs(list(tabs.values()), key="tabs", on_change=change)
    return chosen, containers[list(tabs).index(chosen)]


def _single(
    name: str,
    label: str,
    values: Sequence[str],
    value: str,
    words: Callable[[str], str],
    is_disabled: bool = False,
) -> None:
    key = f"control_{name}"
    st.session_state[key] = value

    def change() -> None:
        chosen: Choices = replace(current_choices(), **{name: st.session_state[key]})
        choose(chosen)

    st.segmented_control(
        label,
        values,
        key=key,
        format_func=words,
        required=True,
        disabled=is_disabled,
        label_visibility="collapsed",
        on_change=change,
    )
