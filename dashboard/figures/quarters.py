"""Rates by quarter: dots with intervals along the quarters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.choices import NOT_RECORDED
from dashboard.figures.canvas import canvas, hover_lines, see_through, share_axis
from dashboard.theme import SMALL, Palette, Style
from pipelines.words.numbers import is_known
from pipelines.words.rates import is_shown, reference_words
from pipelines.words.response import hover, missed_hover
from pipelines.words.rest import rest_reference
from pipelines.words.statement import Context, Row, statistic

LABELLED_AT_MOST = 6
IMMATURE = 0.4
"""How strongly a quarter is drawn that may still fill up."""
BESIDE = 0.2
"""How far right of a quarter's dot stands what the missing could change."""
_WIDTH, _SIZE = 4, 10
"""Of intervals and of dots, in pixels."""
REFERENCE_ROOM = 62
"""Pixels right of the plot for the rate of all quarters, so that it covers no mark."""


def quarters_figure(
    rates: pd.DataFrame,
    whole: pd.DataFrame,
    condition: str,
    context: Context,
    colours: Palette,
    rest: Row | None = None,
) -> go.Figure:
    """The same with what the missing could change, and the rate of all quarters behind it.

    Args:
        rates: a rate by quarter, for one condition.
        whole: the same for all quarters together.
        condition: its id.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
        rest: the rate of the rest of the program, drawn with its interval in the place of that of all quarters.
    """
    rows = _observed(rates)
    figure = canvas(colours, 360, {"l": 44, "r": REFERENCE_ROOM, "t": 8, "b": 26})
    named = rows if len(rows) <= LABELLED_AT_MOST else [row for row in rows if _begins_year(row)]
    figure.update_layout(xaxis=period_axis(rows, named, colours), yaxis=share_axis(colours))
    style = colours.of(condition)
    reference = statistic(whole, "observed")
    if rest is not None and is_shown(rest, context):
        figure.add_hrect(
            y0=rest["lower"], y1=rest["upper"], fillcolor=see_through(colours.faint, 0.18), line_width=0, layer="below"
        )
        _draw_reference(figure, rest, rest_reference(rest), colours)
    elif reference is not None and is_shown(reference, context):
        _draw_reference(figure, reference, reference_words(reference), colours)
    for row in rows:
        own = rates[rates["quarter"] == row["quarter"]]
        if is_shown(row, context):
            _draw_missing(figure, own, period_place(str(row["quarter"])), _faded(row, style.colour), style)
        _draw_observed(figure, row, context, style, colours)
    return figure


def _observed(rates: pd.DataFrame) -> list[Row]:
    return list(rates[(rates["statistic"] == "observed") & (rates["quarter"] != NOT_RECORDED)].to_dict("records"))


def period_axis(rows: Sequence[Row], named: Sequence[Row], colours: Palette) -> dict[str, Any]:
    """An axis of quarters or years; only those named have words."""
    places = [period_place(str(row["quarter"])) for row in rows]
    first, last = (min(places), max(places)) if places else (0, 0)
    ends = {period_place(str(row["quarter"])): str(row["quarter"]) for row in named}
    return {
        "tickvals": list(ends),
        "ticktext": list(ends.values()),
        "tickfont": {"size": SMALL, "color": colours.muted},
        "range": [first - 0.8, max(last, first + 1) + 0.8],
        "fixedrange": True,
        "tickangle": 0,
    }


def period_place(quarter: str) -> int:
    """Where a quarter or a year stands, so that one without courses leaves a gap."""
    year, _, number = quarter.partition("-Q")
    return int(year) * 4 + int(number) if number else int(year)


def _begins_year(row: Row) -> bool:
    return not str(row["quarter"]).partition("-Q")[2] or str(row["quarter"]).endswith("-Q1")


def is_immature(row: Row) -> bool:
    """Whether a quarter may still fill up."""
    return bool(row["n_pending"] or row["n_not_mature"])


def _faded(row: Row, colour: str) -> str:
    return see_through(colour, IMMATURE) if is_immature(row) else colour


def _draw_observed(figure: go.Figure, row: Row, context: Context, style: Style, colours: Palette) -> None:
    place = period_place(str(row["quarter"]))
    text = hover_lines(hover(row, str(row["quarter"]), context))
    if not is_shown(row, context):
        if row["n_observed"] and not row["suppressed"]:
            _draw_few(figure, place, row, text, colours)
        return
    figure.add_scatter(
        x=[place, place],
        y=[row["lower"], row["upper"]],
        mode="lines",
        line={"color": see_through(style.colour, 0.2 if is_immature(row) else 0.45), "width": _WIDTH},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[place],
        y=[row["estimate"]],
        mode="markers",
        marker={"symbol": style.marker, "size": _SIZE, "color": _faded(row, style.colour)},
        text=[text],
        hovertemplate="%{text}<extra></extra>",
    )


def _draw_few(figure: go.Figure, place: int, row: Row, text: str, colours: Palette) -> None:
    """Too few for a rate: the width of not knowing, in grey, without a dot."""
    figure.add_scatter(
        x=[place] * 3,
        y=[row["lower"], (row["lower"] + row["upper"]) / 2, row["upper"]],
        mode="lines",
        line={"color": see_through(colours.faint, 0.35), "width": _WIDTH},
        text=[text] * 3,
        hovertemplate="%{text}<extra></extra>",
    )


def _draw_missing(figure: go.Figure, rates: pd.DataFrame, place: int, colour: str, style: Style) -> None:
    assumed, upper = statistic(rates, "missing_as_nonresponse"), statistic(rates, "bound_upper")
    if assumed is None or upper is None or not is_known(assumed["estimate"]):
        return
    beside = place + BESIDE
    figure.add_scatter(
        x=[beside, beside],
        y=[assumed["estimate"], upper["estimate"]],
        mode="lines",
        line={"color": colour, "width": 0.75},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[beside],
        y=[assumed["estimate"]],
        mode="markers",
        marker={"symbol": f"{style.marker}-open", "size": 8, "color": colour, "line": {"color": colour, "width": 1.5}},
        text=[hover_lines(missed_hover(assumed))],
        hovertemplate="%{text}<extra></extra>",
    )


def _draw_reference(figure: go.Figure, row: Row, words: str, colours: Palette) -> None:
    figure.add_hline(y=row["estimate"], line={"color": colours.faint, "width": 1, "dash": "dot"}, layer="below")
    figure.add_annotation(
        text=words,
        x=1,
        xref="paper",
        xshift=6,
        y=row["estimate"],
        xanchor="left",
        yanchor="middle",
        showarrow=False,
        font={"size": SMALL, "color": colours.muted},
    )
