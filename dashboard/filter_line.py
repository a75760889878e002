"""The line of filters above every page: removable chips with their n, the rarely used ones behind "More filters"."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.chips import chip, numbered, removable, several, single
from dashboard.choices import (
    ATTRIBUTE,
    PRIMARY,
    REST,
    Choices,
    Options,
    filters_of,
    population_of,
    quarter_range,
    without,
)
from dashboard.filters import choose, current_choices, ignored_in_address
from dashboard.reading import Snapshot, snapshot_of_run
from pipelines.errors import OutcomesError
from pipelines.filters import Filters
from pipelines.words.catalogue import say
from pipelines.words.numbers import count
from pipelines.words.selection import (
    attribute_words,
    level_words,
    population_words,
    relax_advice,
    route_words,
    sites_words,
    started_words,
)

NO_ATTRIBUTE = "none"


class NothingSelected(OutcomesError):
    """The filters leave no course."""


def filter_line(snapshot: Snapshot) -> None:
    """Draws the filters with their n, and what of the address was ignored.

    Raises:
        NothingSelected: no course is left; the message says what to relax.
    """
    options, choices = snapshot.options(), current_choices()
    filters = filters_of(choices, options)
    population = snapshot.published.population(filters)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="filters"):
        _condition_chip(options, choices, filters, snapshot)
        _quarter_chip(options, choices, filters, snapshot)
        _site_chip(options, choices, filters, snapshot)
        _chosen_chips(choices, population)
        _more_filters(options, choices, filters, population, snapshot)
        _beside(choices, has_scope=bool(snapshot.sites))
        if choices.narrows:
            st.button("Clear all", type="tertiary", on_click=choose, args=(choices.widened(),))
        n = snapshot.n_started(filters)
        n_all = snapshot.n_started(Filters(population=population))
        st.html(f'<span class="quiet">{started_words(n, n_all, population)}</span>', width="content")
    if ignored := ignored_in_address():
        st.caption(f"Ignored in the address, this snapshot does not have it: {', '.join(ignored)}.")
    if not n:
        raise NothingSelected(relax_advice(filters, is_repeat=population.startswith("repeat")))


def _condition_chip(options: Options, choices: Choices, filters: Filters, snapshot: Snapshot) -> None:
    labels = {name: snapshot.definitions.conditions[name].label for name in options.condition}
    label = labels[choices.condition] if choices.condition else "All conditions"
    with chip("condition", label, "Show all conditions"):
        n = snapshot.n_started_by(replace(filters, condition=()), "condition")
        single("condition", "Condition", options.condition, choices.condition, numbered(labels.__getitem__, n))


def _quarter_chip(options: Options, choices: Choices, filters: Filters, snapshot: Snapshot) -> None:
    recorded = options.recorded_quarters
    if len(recorded) < 2:
        return
    first, last = choices.quarters or (recorded[0], recorded[-1])
    n = snapshot.n_started_by(replace(filters, quarter=()), "quarter")

    def end(key: str, in_force: str) -> str:
        # A closed menu goes on sending the label that it had, with the number of another selection: that is no quarter.
        chosen: str = st.session_state[key]
        return chosen if chosen in recorded else in_force

    def change() -> None:
        ends = end("filter_from", first), end("filter_to", last)
        choose(replace(current_choices(), quarters=quarter_range(*ends, recorded)))

    with chip("quarters", first if first == last else f"{first} – {last}", "Show all quarters"):
        st.caption("Quarter of the first infusion")
        for label, key, value in (("From", "filter_from", first), ("To", "filter_to", last)):
            st.session_state[key] = value
            st.selectbox(
                label,
                recorded,
                key=key,
                on_change=change,
                format_func=lambda quarter: f"{quarter} ({count(n.get(quarter, 0))})",
            )


def _site_chip(options: Options, choices: Choices, filters: Filters, snapshot: Snapshot) -> None:
    own = options.site if snapshot.sites else ()
    with chip("site", sites_words(choices.site, own), say(f"choices.all_{'own_' if own else ''}sites")):
        n = snapshot.n_started_by(replace(filters, site=()), "site")
        several("site", "Site", options.site, choices.site, numbered(str, n))


def _chosen_chips(choices: Choices, population: str) -> None:
    """What was chosen behind "More filters", each to be removed with a click."""
    if choices.scale != PRIMARY:
        removable("scale", choices.scale, "each condition's preferred scale")
    if choices.population:
        removable("population", population_words(population), "the program's own population")
    if choices.route:
        removable("route", ", ".join(map(route_words, choices.route)), "all routes")
    if choices.attribute:
        label = attribute_words(choices.attribute).capitalize()
        if choices.level:
            label += f": {', '.join(map(level_words, choices.level))}"
        removable(ATTRIBUTE, label, "every course, however it was recorded")


def _beside(choices: Choices, has_scope: bool) -> None:
    """The selection beside the rest of the program; who sees single sites has one beside every selection."""
    is_possible = has_scope or choices.leaves_a_rest

    def change() -> None:
        choose(replace(current_choices(), beside=REST if st.session_state["filter_beside"] else None))

    st.session_state["filter_beside"] = choices.beside == REST and is_possible
    st.toggle(
        say("rest.toggle"),
        key="filter_beside",
        on_change=change,
        disabled=not is_possible,
        help=say("rest.what" if is_possible else "rest.nothing_left_out"),
        width="content",
    )


def _more_filters(options: Options, choices: Choices, filters: Filters, population: str, snapshot: Snapshot) -> None:
    with st.container(width="content", key="chip_more"):
        part = st.popover("More filters", type="tertiary", key="more_filters", on_change="rerun")
    if not part.open:
        return
    with part:
        _scale(options, choices, filters, snapshot)
        _population(population)
        if len(options.route) > 1:
            n = snapshot.n_started_by(replace(filters, route=()), "route")
            several("route", "Route", options.route, choices.route, numbered(route_words, n))
        _attribute(options, choices, filters, snapshot)


def _scale(options: Options, choices: Choices, filters: Filters, snapshot: Snapshot) -> None:
    condition = choices.condition
    found = snapshot.scales(filters)
    n = {scale: counts[condition] for scale, counts in found.items() if condition in counts}
    offered = [scale for scale in options.scale if condition is None or scale in n or scale == choices.scale]
    worded = numbered(str, n)
    single(
        "scale",
        "Scale",
        [PRIMARY, *offered],
        choices.scale,
        lambda scale: "Preferred scale" if scale == PRIMARY else worded(scale),
        explained="The preferred scale is the first of the condition's scales that has a baseline in the course. "
        "A scale counts every course with a baseline on it"
        + (", as many as stand beside it." if condition else "; choose a condition to see how many."),
        none=PRIMARY,
    )


def _population(population: str) -> None:
    def change() -> None:
        chosen = population_of(st.session_state["filter_repeat"] == "repeat", st.session_state["filter_any_baseline"])
        own = snapshot_of_run().options().population
        choose(replace(current_choices(), population=None if chosen == own else chosen))

    st.session_state["filter_repeat"] = "repeat" if population.startswith("repeat") else "first"
    st.segmented_control(
        "Courses",
        ["first", "repeat"],
        key="filter_repeat",
        required=True,
        format_func={"first": "Each patient's first", "repeat": "Repeat courses"}.__getitem__,
        on_change=change,
    )
    st.session_state["filter_any_baseline"] = population.endswith("_any_baseline")
    st.toggle(
        "Any baseline",
        key="filter_any_baseline",
        on_change=change,
        help="Also count courses whose baseline is below the scale's entry cut. Small baselines halve by chance.",
    )


def _attribute(options: Options, choices: Choices, filters: Filters, snapshot: Snapshot) -> None:
    if not options.attributes:
        return

    def change() -> None:
        chosen = st.session_state["filter_attribute"]
        cleared = without(current_choices(), ATTRIBUTE)
        choose(cleared if chosen == NO_ATTRIBUTE else replace(cleared, attribute=chosen))

    st.session_state["filter_attribute"] = choices.attribute or NO_ATTRIBUTE
    st.selectbox(
        "One further attribute",
        [NO_ATTRIBUTE, *options.attributes],
        key="filter_attribute",
        format_func=lambda name: "None" if name == NO_ATTRIBUTE else attribute_words(name).capitalize(),
        on_change=change,
        help="One at a time, to keep its levels or to compare them. Several at once are for row-level work "
        "(outcomes export).",
    )
    if choices.attribute:
        n = snapshot.n_started_by(replace(filters, attribute="all", level=()), choices.attribute)
        levels = options.attributes[choices.attribute]
        several("level", "Keep", levels, choices.level, numbered(level_words, n))
