"""Process charts: quarters in a row, their mean, and the limits of usual variation."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_lines, see_through, share_axis, spread
from dashboard.figures.quarters import period_axis, period_place
from dashboard.theme import BODY, SMALL, Palette, Style
from pipelines.words.catalogue import say
from pipelines.words.numbers import is_known, percent
from pipelines.words.statement import Context, Row
from pipelines.words.trend import is_high, is_provisional, limit_words, mean_words, phase_words, point_hover

_EDGE = 0.45
"""How far beyond its first and last quarter a phase is drawn."""
_SIGNAL = 14
_FAINT = 0.45
_LABELLED_AT_MOST = 5


def process_figure(rows: pd.DataFrame, style: Style, context: Context, colours: Palette) -> go.Figure:
    """One chart: a dot for each mature quarter, a triangle where it is part of a signal; limits phase by phase.

    Quarters that do not count yet, or are too small to count, are hollow and faint.

    Args:
        rows: `process_trends` of one condition and outcome.
        style: of the condition.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
    """
    figure = canvas(colours, 250, {"l": 44, "r": 70, "t": 18, "b": 26})
    quarters = [row for row in rows.to_dict("records") if row["statistic"] != "limits" and not row["suppressed"]]
    figure.update_layout(xaxis=period_axis(quarters, _named(quarters), colours), yaxis=share_axis(colours))
    for limits in rows[rows["statistic"] == "limits"].to_dict("records"):
        own = [row for row in quarters if row["phase"] == limits["phase"]]
        drawn = [row for row in own if row["statistic"] == "point"]
        if own and (words := phase_words(limits)):
            _draw_begin(figure, own[0], words, colours)
        if drawn and is_known(limits["lower"]):
            _draw_limits(figure, limits, own, colours)
        _draw_points(figure, drawn, style, context, colours)
    _draw_left_out(figure, [row for row in quarters if row["statistic"] == "left_out"], style, context, colours)
    counting = [row for row in quarters if row["statistic"] == "point"]
    if counting:
        _name_latest(figure, counting[-1], colours)
    return figure


def _named(quarters: Sequence[Row]) -> list[Row]:
    """The quarters with words below: each where they are few, else the first of each year."""
    if len(quarters) <= _LABELLED_AT_MOST:
        return list(quarters)
    return [row for row in quarters if str(row["quarter"]).endswith("-Q1")] or [quarters[0], quarters[-1]]


def _draw_begin(figure: go.Figure, first: Row, words: str, colours: Palette) -> None:
    """Where a phase was begun by hand, with the reason."""
    place = period_place(str(first["quarter"])) - 0.5
    figure.add_vline(x=place, line={"color": colours.muted, "width": 1, "dash": "dot"})
    figure.add_annotation(
        text=words[:1].upper() + words[1:],
        x=place,
        y=1,
        yref="paper",
        yshift=9,
        xanchor="left",
        showarrow=False,
        font={"size": SMALL, "color": colours.muted},
    )


def _draw_limits(figure: go.Figure, limits: Row, own: Sequence[Row], colours: Palette) -> None:
    """Limits hold for the whole phase, also for its quarters that do not count."""
    begin, end = period_place(str(own[0]["quarter"])) - _EDGE, period_place(str(own[-1]["quarter"])) + _EDGE
    figure.add_scatter(
        x=[begin, end, end, begin],
        y=[limits["lower"], limits["lower"], limits["upper"], limits["upper"]],
        mode="lines",
        fill="toself",
        fillcolor=see_through(colours.faint, 0.08),
        line={"width": 0},
        hoverinfo="skip",
        name="usual",
    )
    lines = {
        "lower": (limits["lower"], "dash", limit_words(limits["lower"])),
        "mean": (limits["estimate"], "dot", mean_words(limits)),
        "upper": (limits["upper"], "dash", limit_words(limits["upper"])),
    }
    heights = spread([value for value, _, _ in lines.values()], 0.075)
    for (name, (value, dash, words)), height in zip(lines.items(), heights, strict=True):
        figure.add_scatter(
            x=[begin, end],
            y=[value, value],
            mode="lines",
            line={"color": colours.faint, "width": 1.2, "dash": dash},
            hoverinfo="skip",
            name=name,
        )
        figure.add_annotation(
            text=words,
            x=end,
            xanchor="left",
            xshift=6,
            y=height,
            yanchor="middle",
            showarrow=False,
            bgcolor=see_through(colours.page, 0.8),
            borderpad=0,
            font={"size": SMALL, "color": colours.muted},
        )


def _draw_points(figure: go.Figure, drawn: Sequence[Row], style: Style, context: Context, colours: Palette) -> None:
    symbols = [_symbol(str(row["signal"]), style) for row in drawn]
    is_signal = [bool(row["signal"]) for row in drawn]
    figure.add_scatter(
        x=[period_place(str(row["quarter"])) for row in drawn],
        y=[row["estimate"] for row in drawn],
        mode="lines+markers",
        line={"color": see_through(style.colour, 0.5), "width": 1.5},
        marker={
            "symbol": symbols,
            "size": [_SIGNAL if each else 9 for each in is_signal],
            # Where sizes are a list, Plotly makes marks see-through unless told otherwise.
            "opacity": 1,
            "color": style.colour,
            "line": {"color": colours.ink, "width": [1.5 if each else 0 for each in is_signal]},
        },
        text=[hover_lines(point_hover(row, context)) for row in drawn],
        hovertemplate="%{text}<extra></extra>",
        name="points",
    )


def _symbol(signal: str, style: Style) -> str:
    if not signal:
        return style.marker
    return "triangle-up" if is_high(signal) else "triangle-down"


def _draw_left_out(
    figure: go.Figure, left_out: Sequence[Row], style: Style, context: Context, colours: Palette
) -> None:
    shown = [row for row in left_out if is_known(row["estimate"])]
    figure.add_scatter(
        x=[period_place(str(row["quarter"])) for row in shown],
        y=[row["estimate"] for row in shown],
        mode="markers",
        marker={
            "symbol": f"{style.marker}-open",
            "size": 8,
            "color": [see_through(style.colour if is_provisional(row) else colours.faint, _FAINT) for row in shown],
            "line": {"width": 1.5},
        },
        text=[hover_lines(point_hover(row, context)) for row in shown],
        hovertemplate="%{text}<extra></extra>",
        name="left_out",
    )
    if shown and is_provisional(shown[-1]):
        _write(figure, shown[-1], say("trend.newest"), -14, SMALL, colours.muted, colours.page)


def _name_latest(figure: go.Figure, latest: Row, colours: Palette) -> None:
    _write(figure, latest, f"<b>{percent(latest['estimate'])}</b>", 14, BODY, colours.ink, colours.page)


def _write(figure: go.Figure, row: Row, text: str, above: int, size: int, colour: str, behind: str) -> None:
    """Words above or below a quarter's mark, clear of the lines that they cross."""
    figure.add_annotation(
        text=text,
        x=period_place(str(row["quarter"])),
        y=row["estimate"],
        yshift=above,
        showarrow=False,
        font={"size": size, "color": colour},
        bgcolor=see_through(behind, 0.8),
        borderpad=0,
    )
