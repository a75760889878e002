"""What stands in each place of the overview's rows, as markup; made once for each snapshot, selection and theme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from dashboard.figures.overview import followed_up_strip, half_strip, lasting_strip, quarters_strip, rate_strip
from dashboard.filters import context, current_filters, shown_conditions
from dashboard.reading import Snapshot, snapshot_of_run
from dashboard.theme import Palette
from dashboard.views.parts import condition_html, current_palette, typeset
from pipelines.filters import Filters
from pipelines.words.overview import changed_statement, far_below, look_statement, unknown_statement
from pipelines.words.overview_row import (
    Place,
    condition_place,
    followed_up_place,
    half_place,
    lasting_basis,
    lasting_places,
    quarters_place,
    rate_place,
)
from pipelines.words.published_ranges import published_range
from pipelines.words.statement import Context, Statement, statistic


@dataclass(frozen=True)
class Drawn:
    """One place of a row.

    Attributes:
        html: numbers, figure and what they rest on.
        places: the words in it.
    """

    html: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class _Row:
    """What the places of one condition are made from."""

    snapshot: Snapshot
    condition: str
    filters: Filters
    context: Context
    colours: Palette

    def table(self, measure: str) -> pd.DataFrame:
        return self.snapshot.table(measure, self.filters)


@dataclass(frozen=True)
class Sentences:
    """The three sentences above the rows, and the sites that they send a reader to."""

    changed: Statement
    look: Statement
    unknown: Statement
    far_sites: tuple[str, ...]


def filters_of_row(condition: str) -> Filters:
    """The selection of one condition's row, the same whether or not others stand beside it; always in days."""
    filters = current_filters(snapshot_of_run())
    return replace(filters, condition=(condition,), kind="first", clock="days")


def filters_of_rows() -> list[Filters]:
    """The selections of all rows; the reader's own where there is no row, so that tables keep their columns."""
    snapshot = snapshot_of_run()
    return [filters_of_row(condition) for condition in shown_conditions(snapshot)] or [current_filters(snapshot)]


def drawn(name: str, condition: str) -> Drawn:
    """A place of a condition's row.

    Args:
        name: of the place, one of `MAKERS`.
        condition: its id.
    """
    snapshot, filters = snapshot_of_run(), filters_of_row(condition)
    row = _Row(snapshot, condition, filters, context(snapshot), current_palette())
    return _kept(repr((snapshot, filters, st.context.theme.type, name)), lambda: MAKERS[name](row))


def sentences() -> Sentences:
    """What changed, what deserves a look, and what the data cannot say yet."""
    snapshot = snapshot_of_run()
    filters, about = current_filters(snapshot), context(snapshot)
    return _kept_sentences(repr((snapshot, filters)), lambda: _sentences(snapshot, filters, about))


@st.cache_resource(max_entries=1000, show_spinner=False)
def _kept(depends_on: str, _make: Callable[[], Drawn]) -> Drawn:  # noqa: ARG001  # the key of the cache
    return _make()


@st.cache_resource(max_entries=200, show_spinner=False)
def _kept_sentences(depends_on: str, _make: Callable[[], Sentences]) -> Sentences:  # noqa: ARG001  # the key
    return _make()


def _sentences(snapshot: Snapshot, filters: Filters, about: Context) -> Sentences:
    own = filters_of_rows()
    completeness = pd.concat([snapshot.table("completeness", row) for row in own])
    # What changed is asked across all quarters, as the comparison of the latest with those before is.
    trend = pd.concat([snapshot.table("trend", replace(row, quarter=())) for row in own])
    by_site = snapshot.table("completeness", filters, ("site",))
    return Sentences(
        changed_statement(snapshot.change(filters), trend, about),
        look_statement(completeness, by_site, snapshot.table("sites", filters), about),
        unknown_statement(snapshot.table("response_counts", filters), about),
        tuple(far_below(by_site)),
    )


def _condition(row: _Row) -> Drawn:
    place = condition_place(row.table("response"), row.condition, row.context)
    return Drawn(condition_html(row.condition, row.context, row.colours) + _place_html(place), (place,))


def _rate(row: _Row, measure: str) -> Drawn:
    rates = row.table(measure)
    published = published_range(statistic(rates, "observed"), row.context)
    place = rate_place(rates, measure, row.condition, published, row.context)
    return Drawn(_place_html(place, rate_strip(rates, place, published, row.context, row.colours)), (place,))


def _half(row: _Row) -> Drawn:
    times = row.table("onset")
    place = half_place(times, row.condition, row.context)
    return Drawn(_place_html(place, half_strip(times, place, row.context, row.colours)), (place,))


def _lasting(row: _Row) -> Drawn:
    times = row.table("durability")
    places = lasting_places(times, row.condition, row.context)
    parts = []
    for position, (landmark, place) in enumerate(places):
        published = published_range(landmark, row.context)
        is_last = position == len(places) - 1
        parts.append(_place_html(place, lasting_strip(landmark, place, published, row.colours, has_words=is_last)))
    parts.append(_place_html(Place(below=(lasting_basis(times, row.context),))))
    return Drawn("".join(parts), tuple(place for _, place in places))


def _quarters(row: _Row) -> Drawn:
    trend = row.table("trend")
    trend = trend[trend["outcome"] == "response"]
    place = quarters_place(trend, row.condition, row.context)
    return Drawn(_place_html(place, quarters_strip(trend, place, row.context, row.colours)), (place,))


def _followed_up(row: _Row) -> Drawn:
    completeness = statistic(row.table("completeness"), "followed_up")
    place = followed_up_place(completeness, row.condition, row.context)
    return Drawn(_place_html(place, followed_up_strip(completeness, place)), (place,))


MAKERS: Mapping[str, Callable[[_Row], Drawn]] = {
    "condition": _condition,
    "response": lambda row: _rate(row, "response"),
    "remission": lambda row: _rate(row, "remission"),
    "half": _half,
    "lasting": _lasting,
    "quarters": _quarters,
    "followed_up": _followed_up,
}
"""What makes each place, in the order of reading."""


def _place_html(place: Place, figure: str = "") -> str:
    value = f'<b class="value">{typeset(place.value)}</b> ' if place.value else ""
    beside = f'<span class="quiet">{typeset(place.beside)}</span>' if place.beside else ""
    number = f'<div class="number">{value}{beside}</div>' if value or beside else ""
    lines = "".join(f"<div>{typeset(line)}</div>" for line in place.below)
    return f'{number}{figure}<div class="quiet below">{lines}</div>'
