"""The line of filters above every page, and the address that keeps them.

The choices live in the session; the address is read when it changes from outside (first visit, a shared link, back
and forward) and written after every change. Streamlit's own `bind="query-params"` loses them from the address when a
page is switched with parameters, and cannot say what it ignored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from dashboard.choices import (
    KINDS,
    Choices,
    Options,
    address_of,
    choices_from_address,
    filters_of,
    quarter_range,
    recorded_quarters,
    without,
)
from dashboard.reading import Snapshot
from pipelines.errors import OutcomesError
from pipelines.filters import Filters
from pipelines.words.statement import Context, route_words, selection_words

_CHOICES, _ADDRESS, _IGNORED = "choices", "address", "ignored"
_WORDS = {"condition": "By condition", "site": "By site", "quarter": "By quarter", "route": "By route"}


class NothingSelected(OutcomesError):
    """The filters leave no course."""


def read_address(options: Options) -> None:
    """Takes over an address that was changed from outside, and puts the choices in force into it."""
    address = {name: st.query_params.get_all(name) for name in st.query_params}
    is_first = _CHOICES not in st.session_state
    # A link to another page comes without parameters: then the choices stay.
    if is_first or (address and address != st.session_state.get(_ADDRESS)):
        st.session_state[_CHOICES], st.session_state[_IGNORED] = choices_from_address(address, options)
    wanted = address_of(current_choices())
    if wanted != address:
        st.query_params.from_dict(wanted)
    st.session_state[_ADDRESS] = wanted


def current_choices() -> Choices:
    """The choices in force."""
    choices: Choices = st.session_state.get(_CHOICES, Choices())
    return choices


def current_filters(snapshot: Snapshot) -> Filters:
    """The filters in force."""
    return filters_of(current_choices(), snapshot.options())


def context(snapshot: Snapshot) -> Context:
    """What sentences about the selection need."""
    choices = current_choices()
    quarters = current_filters(snapshot).quarter if choices.quarters else ()
    return Context(
        snapshot.definitions,
        snapshot.manifest.data_through,
        selection_words(quarters, choices.site, choices.route),
    )


def shown_conditions(snapshot: Snapshot) -> list[str]:
    """The conditions to show, in their fixed order: the one chosen, or all that the snapshot holds."""
    chosen = current_choices().condition
    return [chosen] if chosen else list(snapshot.options()["condition"])


def filter_line(snapshot: Snapshot) -> None:
    """Draws the filters with their n, and what of the address was ignored.

    Raises:
        NothingSelected: no course is left; the message says what to relax.
    """
    options, choices = snapshot.options(), current_choices()
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="filters"):
        _condition_chip(options, choices, snapshot)
        _quarter_chip(options, choices)
        _site_chip(options, choices)
        _route_chip(options, choices)
        if choices.narrows:
            st.button("Clear all", type="tertiary", on_click=_choose, args=(choices.widened(),))
        n = snapshot.n_started(filters_of(choices, options))
        n_all = snapshot.n_started(Filters())
        st.markdown(
            f'<span class="quiet"><b>{n:,}</b> of {n_all:,} courses</span>', unsafe_allow_html=True, width="content"
        )
    if ignored := st.session_state.get(_IGNORED):
        st.caption(f"Ignored in the address, this snapshot does not have it: {', '.join(ignored)}.")
    if not n:
        raise NothingSelected(_what_to_relax(choices))


def kind_control() -> None:
    """First or sustained onset."""
    _single(
        "Response",
        KINDS,
        current_choices().kind,
        lambda kind: replace(current_choices(), kind=kind or "first"),
        {"first": "First response", "sustained": "Sustained response"}.__getitem__,
    )


def by_control(options: Options) -> None:
    """What the curves are drawn by; anything but conditions asks for one condition."""
    choices = current_choices()
    groups = [
        name for name in ("condition", "site", "quarter", "route") if name == "condition" or len(options[name]) > 1
    ]
    _single(
        "By",
        groups,
        choices.group(),
        lambda by: replace(current_choices(), by=by or "condition"),
        lambda name: _WORDS[name],
        disabled=choices.condition is None,
    )


def _single(
    label: str,
    values: tuple[str, ...] | list[str],
    value: str,
    chosen: Callable[[str | None], Choices],
    words: Callable[[str], str],
    disabled: bool = False,
) -> None:
    key = f"control_{label.lower()}"
    st.session_state[key] = value
    st.segmented_control(
        label,
        values,
        key=key,
        format_func=words,
        required=True,
        disabled=disabled,
        label_visibility="collapsed",
        on_change=lambda: _choose(chosen(st.session_state[key])),
    )


def _choose(choices: Choices) -> None:
    st.session_state[_CHOICES] = choices
    st.session_state[_IGNORED] = []


def _remove(name: str, words: str) -> None:
    st.button(
        ":material/close:",
        key=f"remove_{name}",
        help=f"Show all {words}",
        type="tertiary",
        on_click=lambda: _choose(without(current_choices(), name)),
    )


def _condition_chip(options: Options, choices: Choices, snapshot: Snapshot) -> None:
    labels = {name: snapshot.definitions.conditions[name].label for name in options["condition"]}
    with st.popover(labels[choices.condition] if choices.condition else "All conditions", key="chip_condition"):
        st.session_state["filter_condition"] = choices.condition
        st.pills(
            "Condition",
            list(labels),
            key="filter_condition",
            format_func=labels.__getitem__,
            on_change=lambda: _choose(replace(current_choices(), condition=st.session_state["filter_condition"])),
        )
    if choices.condition:
        _remove("condition", "conditions")


def _quarter_chip(options: Options, choices: Choices) -> None:
    recorded = recorded_quarters(options)
    if len(recorded) < 2:
        return
    first, last = choices.quarters or (recorded[0], recorded[-1])

    def change() -> None:
        ends = (st.session_state["filter_from"],), (st.session_state["filter_to"],)
        _choose(replace(current_choices(), quarters=quarter_range(*ends, recorded)))

    with st.popover(first if first == last else f"{first} – {last}", key="chip_quarter"):
        st.caption("Quarter of the first infusion")
        for label, key, value in (("From", "filter_from", first), ("To", "filter_to", last)):
            st.session_state[key] = value
            st.selectbox(label, recorded, key=key, on_change=change)
    if choices.quarters:
        _remove("quarters", "quarters")


def _site_chip(options: Options, choices: Choices) -> None:
    sites = choices.site
    label = "All sites" if not sites else sites[0] if len(sites) == 1 else f"{len(sites)} sites"
    with st.popover(label, key="chip_site"):
        _several("site", "Site", options["site"], sites, str)
    if sites:
        _remove("site", "sites")


def _route_chip(options: Options, choices: Choices) -> None:
    if len(options["route"]) < 2:
        return
    label = f"Route {', '.join(map(route_words, choices.route))}" if choices.route else "More filters"
    with st.popover(label, key="chip_route"):
        _several("route", "Route", options["route"], choices.route, route_words)
    if choices.route:
        _remove("route", "routes")


def _several(
    name: str, label: str, values: tuple[str, ...] | list[str], chosen: tuple[str, ...], words: Callable[[str], str]
) -> None:
    key = f"filter_{name}"
    st.session_state[key] = list(chosen)
    st.pills(
        label,
        values,
        selection_mode="multi",
        key=key,
        format_func=words,
        on_change=lambda: _choose(
            replace(current_choices(), **{name: tuple(v for v in values if v in st.session_state[key])})
        ),
    )


def _what_to_relax(choices: Choices) -> str:
    names = [
        words
        for words, value in (
            ("the condition", choices.condition),
            ("the quarters", choices.quarters),
            ("the sites", choices.site),
            ("the routes", choices.route),
        )
        if value
    ]
    advice = f"Widen {' or '.join(names)}, or clear all filters." if names else "The snapshot holds no course."
    return f"No course matches these filters. {advice}"
