"""The choices in force, and the address that keeps them.

The choices live in the session; the address is read when it changes from outside (first visit, a shared link, back
and forward) and written after every change. Streamlit's own `bind="query-params"` loses them from the address when a
page is switched with parameters, and cannot say what it ignored.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import streamlit as st

from dashboard.choices import Choices, Options, address_of, choices_from_address, filters_of
from dashboard.reading import Snapshot, shown
from dashboard.shown import ADDRESS_NAME
from pipelines.filters import Filters
from pipelines.words.statement import Context

_CHOICES, _ADDRESS, _IGNORED, _HAS_CHOSEN = "choices", "address", "ignored", "has_chosen"


def read_address(options: Options, tabs: Collection[str]) -> None:
    """Takes over an address that was changed from outside, and puts the choices in force into it.

    Args:
        options: what the snapshot offers.
        tabs: those of the page; a tab of another page is closed.
    """
    address = whole_address()
    is_first = _CHOICES not in st.session_state
    # What was just chosen on the page counts: the browser may not have heard of its new address yet.
    has_chosen = st.session_state.pop(_HAS_CHOSEN, False)
    if is_first or (not has_chosen and address != st.session_state.get(_ADDRESS)):
        st.session_state[_CHOICES], st.session_state[_IGNORED] = choices_from_address(address, options, tabs)
    if current_choices().tab not in tabs:
        st.session_state[_CHOICES] = replace(current_choices(), tab=None)
    wanted = address_of(current_choices())
    if shown().is_linked:
        wanted[ADDRESS_NAME] = [shown().id]
    if wanted != address:
        st.query_params.from_dict(wanted)
    st.session_state[_ADDRESS] = wanted


def whole_address() -> dict[str, list[str]]:
    """The address as the browser shows it: each name with its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def read_address_afresh() -> None:
    """Forgets the choices, so that the address is read as on a first visit: what may be chosen has changed."""
    for name in (_CHOICES, _ADDRESS, _IGNORED):
        st.session_state.pop(name, None)


def current_choices() -> Choices:
    """The choices in force."""
    choices: Choices = st.session_state.get(_CHOICES, Choices())
    return choices


def choose(choices: Choices) -> None:
    """Puts other choices in force; for callbacks."""
    st.session_state[_CHOICES] = choices
    st.session_state[_IGNORED] = []
    st.session_state[_HAS_CHOSEN] = True


def ignored_in_address() -> list[str]:
    """What the address asked for in vain."""
    ignored: list[str] = st.session_state.get(_IGNORED, [])
    return ignored


def current_filters(snapshot: Snapshot) -> Filters:
    """The filters in force."""
    return filters_of(current_choices(), snapshot.options())


def context(snapshot: Snapshot) -> Context:
    """What sentences about the selection need."""
    filters = current_filters(snapshot)
    named = replace(filters, population=snapshot.published.population(filters))
    return Context(snapshot.definitions, snapshot.manifest.data_through, named)


def shown_conditions(snapshot: Snapshot) -> list[str]:
    """The conditions to show, in their fixed order: the one chosen, or all that the snapshot holds."""
    chosen = current_choices().condition
    return [chosen] if chosen else list(snapshot.options().condition)
