"""The small figures of the overview: rates, the median's interval, and the quarters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.choices import NOT_RECORDED
from dashboard.figures.canvas import across, canvas, day_axis, hover_lines, see_through, share_axis
from dashboard.theme import SMALL, VALUE, Palette
from pipelines.words.numbers import is_known, percent
from pipelines.words.onset import interval_hover
from pipelines.words.overview import completeness_hover
from pipelines.words.response import hover, missed_hover, rate_words
from pipelines.words.statement import Context, Row

DAYS = (0, 7, 28, 56)
"""Few ticks for a small place; the axis is the one of the onset page."""

ROW_HEIGHT = 48


def rates_figure(
    rates: Mapping[str, pd.DataFrame], completeness: Row | None, condition: str, context: Context, colours: Palette
) -> go.Figure:
    """Response and remission as dots with intervals, the missing-as-non-response value as a hollow dot beside.

    Args:
        rates: label -> rows of one measure for the condition; a measure without rows has no line.
        completeness: the row of `follow_up_completeness`, drawn grey under them.
        condition: its id.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
    """
    shown = {label: rows for label, rows in rates.items() if not rows.empty}
    n_rows = len(shown) + 1
    figure = canvas(colours, ROW_HEIGHT * n_rows + 24, {"l": 14, "r": 14, "t": 2, "b": 22})
    figure.update_layout(
        xaxis={**share_axis(colours, step=0.5), "range": [-0.02, 1.04]},
        yaxis={"range": [n_rows - 0.45, -0.75], "visible": False, "fixedrange": True},
    )
    for position, (label, rows) in enumerate(shown.items()):
        records = {row["statistic"]: row for row in rows.to_dict("records")}
        observed, assumed = records["observed"], records["missing_as_nonresponse"]
        _row_title(figure, position, label, rate_words(observed, context), colours)
        if observed["n_observed"] < context.fewest:
            continue
        style = colours.of(condition)
        _interval(figure, (observed["lower"], observed["upper"]), position, style.colour)
        _dot(
            figure,
            assumed["estimate"],
            position,
            hover_lines(missed_hover(assumed)),
            style.colour,
            f"{style.marker}-open",
        )
        _dot(
            figure,
            observed["estimate"],
            position,
            hover_lines(hover(observed, label, context)),
            style.colour,
            style.marker,
        )
    if completeness is not None and is_known(completeness["estimate"]):
        _row_title(figure, n_rows - 1, "Followed up", percent(completeness["estimate"]), colours)
        figure.add_bar(
            x=[completeness["estimate"]],
            y=[n_rows - 1],
            orientation="h",
            width=0.14,
            marker_color=colours.faint,
            text=[hover_lines(completeness_hover(completeness, context))],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    return figure


def interval_figure(row: Row, condition: str, context: Context, colours: Palette) -> go.Figure:
    """The median's 95 % interval on the shared axis of days; an end that is not reached is an arrow."""
    figure = canvas(colours, 70, {"l": 8, "r": 14, "t": 8, "b": 22})
    style = colours.of(condition)
    is_open = not is_known(row["upper"]) or row["upper"] > DAYS[-1]
    lower = across(min(float(row["lower"]), DAYS[-1]))
    upper = across(DAYS[-1]) if is_open else across(float(row["upper"]))
    axis = day_axis(DAYS, colours)
    axis["ticktext"] = [*axis["ticktext"][:1], f"day {DAYS[1]}", *axis["ticktext"][2:]]  # type: ignore[index]
    figure.update_layout(
        xaxis={**axis, "showgrid": True, "gridcolor": colours.rule},
        yaxis={"range": [-1, 1], "visible": False, "fixedrange": True},
    )
    figure.add_scatter(
        x=[lower, upper],
        y=[0, 0],
        mode="lines+markers",
        line={"color": style.colour, "width": 7},
        marker={
            "symbol": ["line-ns", "triangle-right" if is_open else "line-ns"],
            "size": [10, 16 if is_open else 10],
            "color": style.colour,
        },
        text=[hover_lines(interval_hover(row, context))] * 2,
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )
    return figure


def quarters_figure(rates: pd.DataFrame, condition: str, context: Context, colours: Palette) -> go.Figure:
    """Response by quarter with intervals; quarters still pending are faint, quarters with too few a grey tick."""
    observed = rates[(rates["statistic"] == "observed") & (rates["quarter"] != NOT_RECORDED)]
    rows: Sequence[Row] = observed.to_dict("records")
    places = [_place(str(row["quarter"])) for row in rows]
    first, last = (places[0], places[-1]) if places else (0, 0)
    ends = dict(zip(places[:1] + places[-1:], rows[:1] + rows[-1:], strict=True))
    figure = canvas(colours, 150, {"l": 40, "r": 8, "t": 8, "b": 24})
    figure.update_layout(
        xaxis={
            "tickvals": list(ends),
            "ticktext": [str(row["quarter"]) for row in ends.values()],
            "tickfont": {"size": SMALL, "color": colours.muted},
            "range": [first - 0.8, max(last, first + 1) + 0.8],
            "fixedrange": True,
            "tickangle": 0,
        },
        yaxis=share_axis(colours, step=0.5),
    )
    style = colours.of(condition)
    for position, row in zip(places, rows, strict=True):
        text = hover_lines(hover(row, str(row["quarter"]), context))
        if row["n_observed"] < context.fewest:
            _few(figure, position, row, text, colours)
            continue
        is_pending = bool(row["n_pending"])
        colour = see_through(style.colour, 0.45) if is_pending else style.colour
        figure.add_scatter(
            x=[position, position],
            y=[row["lower"], row["upper"]],
            mode="lines",
            line={"color": see_through(style.colour, 0.25 if is_pending else 0.45), "width": 2.5},
            hoverinfo="skip",
        )
        marker: dict[str, Any] = {"symbol": style.marker, "size": 7, "color": colour}
        if is_pending:
            marker |= {"symbol": f"{style.marker}-open", "line": {"color": style.colour, "width": 1.5}}
        _mark(figure, position, float(row["estimate"]), text, marker)
    return figure


def _place(quarter: str) -> int:
    """Where a quarter or a year stands, so that one without courses leaves a gap."""
    year, _, number = quarter.partition("-Q")
    return int(year) * 4 + int(number) if number else int(year)


def _few(figure: go.Figure, position: int, row: Row, text: str, colours: Palette) -> None:
    """Too few for a rate: the width of not knowing, in grey, without a dot."""
    if not row["n_observed"]:
        return
    figure.add_scatter(
        x=[position] * 3,
        y=[row["lower"], (row["lower"] + row["upper"]) / 2, row["upper"]],
        mode="lines",
        line={"color": see_through(colours.faint, 0.35), "width": 2.5},
        text=[text] * 3,
        hovertemplate="%{text}<extra></extra>",
    )


def _row_title(figure: go.Figure, position: int, label: str, words: str, colours: Palette) -> None:
    value, _, interval = words.partition(" (")
    figure.add_annotation(
        text=f'<span style="color:{colours.muted}">{label}</span>  <b style="font-size:{VALUE}px">{value}</b>'
        + (f'  <span style="color:{colours.muted}">{interval.rstrip(")")}</span>' if interval else ""),
        x=0,
        y=position - 0.42,
        xref="x",
        yref="y",
        xanchor="left",
        yanchor="middle",
        xshift=-4,
        showarrow=False,
    )


def _interval(figure: go.Figure, ends: tuple[float, float], position: int, colour: str) -> None:
    figure.add_scatter(
        x=list(ends),
        y=[position, position],
        mode="lines",
        line={"color": see_through(colour, 0.5), "width": 4},
        hoverinfo="skip",
    )


def _dot(figure: go.Figure, x: float, position: int, text: str, colour: str, symbol: str) -> None:
    figure.add_scatter(
        x=[x],
        y=[position],
        mode="markers",
        marker={"symbol": symbol, "size": 10, "color": colour, "line": {"color": colour, "width": 2}},
        text=[text],
        hovertemplate="%{text}<extra></extra>",
    )


def _mark(figure: go.Figure, x: float, y: float, text: str, marker: dict[str, Any]) -> None:
    figure.add_scatter(x=[x], y=[y], mode="markers", marker=marker, text=[text], hovertemplate="%{text}<extra></extra>")
