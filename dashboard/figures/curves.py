"""Onset and durability: step curves with their bands, and the numbers at risk under the same axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.canvas import across, canvas, day_words, hover_lines, row_label, see_through, share_axis, spread
from dashboard.figures.series import Series
from dashboard.theme import BODY, SMALL, Palette
from pipelines.words.catalogue import say
from pipelines.words.durability import at_risk_words, still_responding_words
from pipelines.words.infusions import INFUSIONS as INFUSIONS_IN_WORDS
from pipelines.words.onset import DAYS as DAYS_IN_WORDS
from pipelines.words.onset import at_risk_hover, point_hover, recorded_hover
from pipelines.words.statement import Context, Row

CURVE_HEIGHT, AXIS_HEIGHT, ROW_HEIGHT, TOP = 330, 58, 22, 16
_CLEAR = 0.045
"""How far the middle of a name stands from its curve, as a share of the axis."""


@dataclass(frozen=True)
class Clock:
    """What a curve is counted in: the axis, and the words of its marks.

    Attributes:
        column: of the times in a result table.
        point, recorded, at_risk: what steps of the main curve and of the one at the visits say, and numbers at risk.
        ticks: in the unit of the clock; the last is the end of the axis.
        wide_ticks: fewer, because four-digit numbers at risk need more room on a phone.
        place: where a time stands on the axis.
        words: a tick's label.
        title: of the axis.
        drawn_to: how far the drawing goes, as a sentence.
    """

    column: str
    point: Callable[[Row, Context], str]
    recorded: Callable[[Row, Context], str]
    at_risk: Callable[[Row, Context], str]
    ticks: tuple[int, ...]
    wide_ticks: tuple[int, ...]
    place: Callable[[float], float]
    words: Callable[[float], str]
    title: str
    drawn_to: str


DAYS = Clock(
    column=DAYS_IN_WORDS.column,
    point=partial(point_hover, clock=DAYS_IN_WORDS),
    recorded=partial(recorded_hover, clock=DAYS_IN_WORDS),
    at_risk=partial(at_risk_hover, clock=DAYS_IN_WORDS),
    ticks=(0, 1, 3, 7, 14, 21, 28, 42, 56),
    wide_ticks=(0, 1, 7, 14, 28, 42, 56),
    place=across,
    words=day_words,
    title=say("onset.title_days"),
    drawn_to=say("onset.drawn_to_days", weeks="8"),
)
INFUSIONS = Clock(
    column=INFUSIONS_IN_WORDS.column,
    point=partial(point_hover, clock=INFUSIONS_IN_WORDS),
    recorded=partial(recorded_hover, clock=INFUSIONS_IN_WORDS),
    at_risk=partial(at_risk_hover, clock=INFUSIONS_IN_WORDS),
    ticks=(0, 1, 2, 3, 4, 5, 6, 7, 8),
    wide_ticks=(0, 2, 4, 6, 8),
    place=float,
    words="{:g}".format,
    title=say("onset.title_infusions"),
    drawn_to=say("onset.drawn_to_infusions", infusions="8"),
)
CLOCKS = {"days": DAYS, "infusions": INFUSIONS}
AFTER_INDUCTION = Clock(
    column="day",
    point=still_responding_words,
    recorded=still_responding_words,
    at_risk=at_risk_words,
    ticks=(0, 14, 28, 42, 56, 84),
    wide_ticks=(0, 14, 28, 56, 84),
    place=float,
    words=day_words,
    title=say("durability.title"),
    drawn_to=say("durability.drawn_to", weeks="12"),
)
"""The clock of durability: days from the first assessment after induction. It has no curve at the visits."""


def curves_figure(
    series: Sequence[Series], clock: Clock, context: Context, colours: Palette, shows_naive: bool
) -> go.Figure:
    """Share who have responded by each time, or still do, with the numbers at risk in rows under the same axis.

    Args:
        series: the curves, in the order of the rows.
        clock: what they are counted in.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
        shows_naive: whether the curve at recorded visits stands beside each main one.
    """
    series = [replace(item, rows=item.rows[~item.rows["suppressed"]]) for item in series]
    rows_height = ROW_HEIGHT * (len(series) + 1)
    height = TOP + CURVE_HEIGHT + AXIS_HEIGHT + rows_height
    widest = max(len(item.name) for item in series)
    left = max(72, min(112, 24 + 7 * widest))
    figure = canvas(colours, height, {"l": left, "r": 14, "t": TOP, "b": 4})
    inner = CURVE_HEIGHT + AXIS_HEIGHT + rows_height
    ticks = clock.wide_ticks if max(item.rows["n_at_risk"].max() for item in series) >= 1000 else clock.ticks
    figure.update_layout(
        xaxis={**_time_axis(clock, ticks, colours), "anchor": "y"},
        yaxis={**share_axis(colours), "domain": [1 - CURVE_HEIGHT / inner, 1]},
        yaxis2={
            "domain": [0, rows_height / inner],
            "range": [len(series) + 0.5, -0.5],
            "visible": False,
            "fixedrange": True,
        },
    )
    figure.add_hline(y=0.5, line_color=colours.faint, line_width=1, layer="below")
    for item in series:
        _draw_curve(figure, item, clock, context, shows_naive and not item.is_context)
    _draw_labels(figure, [item for item in series if not item.is_context], clock, context, colours)
    _draw_at_risk(figure, series, clock, ticks, context, colours)
    figure.add_annotation(
        text=clock.title,
        x=clock.place(clock.ticks[-1]),
        y=-0.01,
        yshift=-24,
        xref="x",
        yref="y",
        xanchor="right",
        yanchor="top",
        showarrow=False,
        font={"size": SMALL, "color": colours.muted},
    )
    return figure


def _time_axis(clock: Clock, ticks: Sequence[int], colours: Palette) -> dict[str, object]:
    room = 0.016 * clock.place(clock.ticks[-1])
    return {
        "tickvals": [clock.place(tick) for tick in ticks],
        "ticktext": [clock.words(tick) for tick in ticks],
        "tickfont": {"size": SMALL, "color": colours.muted},
        "range": [clock.place(0) - room, clock.place(clock.ticks[-1]) + room],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "tickangle": 0,
    }


def _draw_curve(figure: go.Figure, item: Series, clock: Clock, context: Context, shows_naive: bool) -> None:
    context = item.about or context
    main = _to_horizon(item.rows, "interval_censored", clock, context)
    x = [clock.place(time) for time in main[clock.column]]
    shared = {"x": x, "mode": "lines", "line_shape": "hv", "yaxis": "y"}
    if not item.is_context:
        for bound, fill in (("upper", None), ("lower", "tonexty")):
            figure.add_scatter(
                **shared,
                y=main[bound],
                line_width=0,
                fill=fill,
                fillcolor=see_through(item.style.colour, 0.14),
                hoverinfo="skip",
            )
    figure.add_scatter(
        **shared,
        name=item.name,
        y=main["estimate"],
        line_color=item.style.colour,
        line_width=1 if item.is_context else 2.5,
        line_dash=item.style.dash,
        opacity=0.6 if item.is_context else 1,
        text=[hover_lines(_named(item, clock.point(row, context))) for row in main.to_dict("records")],
        hovertemplate="%{text}<extra></extra>",
    )
    if shows_naive:
        recorded = _to_horizon(item.rows, "recorded", clock, context)
        figure.add_scatter(
            x=[clock.place(time) for time in recorded[clock.column]],
            y=recorded["estimate"],
            mode="lines",
            line_shape="hv",
            name=f"{item.name}, at the visits",
            line_color=item.style.colour,
            line_width=1.25,
            line_dash="dot",
            text=[hover_lines(_named(item, clock.recorded(row, context))) for row in recorded.to_dict("records")],
            hovertemplate="%{text}<extra></extra>",
        )


def _named(item: Series, sentence: str) -> str:
    return f"{item.name}: {sentence[0].lower()}{sentence[1:]}" if item.is_group else sentence


def _to_horizon(rows: pd.DataFrame, statistic: str, clock: Clock, context: Context) -> pd.DataFrame:
    """The steps up to the axis' end while enough are at risk, the last one drawn on to there."""
    steps = rows[rows["statistic"] == statistic]
    is_enough = rows["n_at_risk"].fillna(0) >= context.fewest
    last = min(float(rows.loc[is_enough, clock.column].max()), float(clock.ticks[-1]))
    shown = steps[steps[clock.column] <= last]
    if shown.empty or float(shown[clock.column].iloc[-1]) >= last:
        return shown
    return pd.concat([shown, shown.tail(1).assign(**{clock.column: last})])


def _draw_labels(figure: go.Figure, series: Sequence[Series], clock: Clock, context: Context, colours: Palette) -> None:
    curves = [_to_horizon(item.rows, "interval_censored", clock, context) for item in series]
    series = [item for item, curve in zip(series, curves, strict=True) if len(curve)]
    ends = [curve.iloc[-1] for curve in curves if len(curve)]
    if not ends:
        return
    heights = spread(_beside_ends([float(end["estimate"]) for end in ends]), 0.065)
    for item, end, height in zip(series, ends, heights, strict=True):
        figure.add_annotation(
            text=f"<b>{item.name}</b>",
            x=clock.place(float(end[clock.column])),
            y=height,
            xref="x",
            yref="y",
            xanchor="right",
            yanchor="middle",
            showarrow=False,
            font={"size": BODY, "color": item.style.text},
            bgcolor=see_through(colours.page, 0.7),
            borderpad=0,
        )


def _beside_ends(ends: Sequence[float]) -> list[float]:
    """Heights of names: above the ends, but below the lowest where a name above it would cover the next curve."""
    heights = [end + _CLEAR for end in ends]
    below, *above = sorted(ends)
    if above and above[0] - below < 3 * _CLEAR < below:
        heights[list(ends).index(below)] = below - _CLEAR
    return heights


def _draw_at_risk(
    figure: go.Figure,
    series: Sequence[Series],
    clock: Clock,
    ticks: Sequence[int],
    context: Context,
    colours: Palette,
) -> None:
    row_label(figure, say("onset.at_risk"), 0, colours.muted, apart=20)
    for row, item in enumerate(series, start=1):
        at_risk = item.rows[(item.rows["statistic"] == "at_risk") & item.rows[clock.column].isin(ticks)]
        row_label(figure, item.name, row, item.style.text, apart=20)
        figure.add_scatter(
            x=[clock.place(time) for time in at_risk[clock.column]],
            y=[row] * len(at_risk),
            mode="text",
            text=[f"{n:,}" for n in at_risk["n_at_risk"]],
            textfont={"size": SMALL, "color": item.style.text},
            textposition="middle center",
            yaxis="y2",
            cliponaxis=False,
            hovertext=[
                hover_lines(_named(item, clock.at_risk(record, item.about or context)))
                for record in at_risk.to_dict("records")
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            name=f"{item.name}, at risk",
        )
