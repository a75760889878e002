"""What filters are made of: chips that open and chips to remove, and options with the courses that each has."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import streamlit as st

from dashboard.choices import without
from dashboard.filters import choose, current_choices
from pipelines.words.numbers import count

_MARKDOWN = re.compile(r"([\\`*_\[\]:$<>~#])")


def chip(name: str, label: str, otherwise: str) -> st.delta_generator.DeltaGenerator:
    """A filter that is always in sight: what is chosen, to open; and a cross while something is."""
    is_chosen = without(current_choices(), name) != current_choices()
    with st.container(horizontal=True, gap=None, width="content", key=f"chip{'_chosen' if is_chosen else ''}_{name}"):
        part = st.popover(plain(label), type="tertiary", key=f"open_{name}")
        if is_chosen:
            st.button(
                ":material/close:",
                key=f"remove_{name}",
                help=otherwise,
                type="tertiary",
                on_click=lambda: choose(without(current_choices(), name)),
            )
    return part


def removable(name: str, label: str, otherwise: str) -> None:
    """A filter that is in sight while it narrows: what is chosen, to remove."""
    with st.container(width="content", key=f"chip_chosen_{name}"):
        st.button(
            plain(label),
            icon=":material/close:",
            icon_position="right",
            key=f"remove_{name}",
            help=f"Back to {otherwise}",
            type="tertiary",
            on_click=lambda: choose(without(current_choices(), name)),
        )


def numbered(words: Callable[[str], str], n: Mapping[str, float]) -> Callable[[str], str]:
    """Options with the courses that each has in the rest of the selection; none is 0, unknown is left out."""

    def label(value: str) -> str:
        return f"{plain(words(value))} :gray[{count(n.get(value, 0))}]" if n else plain(words(value))

    return label


def plain(text: str) -> str:
    """Names from data as Markdown that shows them as they are."""
    return _MARKDOWN.sub(r"\\\1", text)


def single(
    name: str,
    label: str,
    values: Sequence[str],
    chosen: str | None,
    words: Callable[[str], str],
    explained: str | None = None,
    none: str | None = None,
) -> None:
    """Options of which one counts, or `none`."""
    key = f"filter_{name}"
    st.session_state[key] = chosen
    st.pills(
        label,
        values,
        key=key,
        format_func=words,
        help=explained,
        on_change=lambda: choose(replace(current_choices(), **{name: st.session_state[key] or none})),
    )


def several(name: str, label: str, values: Sequence[str], chosen: Sequence[str], words: Callable[[str], str]) -> None:
    """Options of which several count; none of them is all."""
    key = f"filter_{name}"
    st.session_state[key] = list(chosen)
    st.pills(
        label,
        values,
        selection_mode="multi",
        key=key,
        format_func=words,
        on_change=lambda: choose(
            replace(current_choices(), **{name: tuple(v for v in values if v in st.session_state[key])})
        ),
    )
