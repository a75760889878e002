"""Onset: step curves with their bands, and the numbers at risk under the same axis."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.canvas import across, canvas, day_axis, hover_lines, see_through, share_axis, spread
from dashboard.figures.series import Series
from dashboard.theme import BODY, SMALL, Palette
from pipelines.words.onset import at_risk_hover, point_hover, recorded_hover
from pipelines.words.statement import Context

DAYS = (0, 1, 3, 7, 14, 21, 28, 42, 56)
DAYS_FOR_THOUSANDS = (0, 1, 7, 14, 28, 42, 56)
"""Four-digit numbers at risk need more room on a phone."""
CURVE_HEIGHT, AXIS_HEIGHT, ROW_HEIGHT, TOP = 330, 58, 22, 16


def onset_figure(series: Sequence[Series], context: Context, colours: Palette, shows_naive: bool) -> go.Figure:
    """Share who have responded by day, with the numbers at risk in rows under the same axis.

    Args:
        series: the curves, in the order of the rows.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
        shows_naive: whether the curve at recorded visits stands beside each main one.
    """
    rows_height = ROW_HEIGHT * (len(series) + 1)
    height = TOP + CURVE_HEIGHT + AXIS_HEIGHT + rows_height
    widest = max(len(item.name) for item in series)
    left = max(72, min(112, 24 + 7 * widest))
    figure = canvas(colours, height, {"l": left, "r": 14, "t": TOP, "b": 4})
    inner = CURVE_HEIGHT + AXIS_HEIGHT + rows_height
    days = DAYS_FOR_THOUSANDS if max(item.rows["n_at_risk"].max() for item in series) >= 1000 else DAYS
    figure.update_layout(
        xaxis={**day_axis(days, colours), "anchor": "y"},
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
        _draw_curve(figure, item, context, shows_naive and not item.is_context)
    _draw_labels(figure, [item for item in series if not item.is_context], colours)
    _draw_at_risk(figure, series, days, context, colours)
    figure.add_annotation(
        text="days after the first infusion",
        x=across(DAYS[-1]),
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


def _draw_curve(figure: go.Figure, item: Series, context: Context, shows_naive: bool) -> None:
    main = _to_horizon(item.rows, "interval_censored")
    x = [across(day) for day in main["day"]]
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
        text=[hover_lines(_named(item, point_hover(row, context))) for row in main.to_dict("records")],
        hovertemplate="%{text}<extra></extra>",
    )
    if shows_naive:
        recorded = _to_horizon(item.rows, "recorded")
        figure.add_scatter(
            x=[across(day) for day in recorded["day"]],
            y=recorded["estimate"],
            mode="lines",
            line_shape="hv",
            name=f"{item.name}, at the visits",
            line_color=item.style.colour,
            line_width=1.25,
            line_dash="dot",
            text=[hover_lines(_named(item, recorded_hover(row, context))) for row in recorded.to_dict("records")],
            hovertemplate="%{text}<extra></extra>",
        )


def _named(item: Series, sentence: str) -> str:
    return f"{item.name}: {sentence[0].lower()}{sentence[1:]}" if item.is_group else sentence


def _to_horizon(rows: pd.DataFrame, statistic: str) -> pd.DataFrame:
    """The steps up to the axis' end, the last one drawn on to the last assessment or the axis' end."""
    steps = rows[rows["statistic"] == statistic]
    last = min(float(rows.loc[rows["statistic"] == "recorded", "day"].max()), float(DAYS[-1]))
    shown = steps[steps["day"] <= last]
    if shown.empty or float(shown["day"].iloc[-1]) >= last:
        return shown
    return pd.concat([shown, shown.tail(1).assign(day=last)])


def _draw_labels(figure: go.Figure, series: Sequence[Series], colours: Palette) -> None:
    ends = [_to_horizon(item.rows, "interval_censored").iloc[-1] for item in series]
    heights = spread([float(end["estimate"]) + 0.045 for end in ends], 0.065)
    for item, end, height in zip(series, ends, heights, strict=True):
        figure.add_annotation(
            text=f"<b>{item.name}</b>",
            x=across(float(end["day"])),
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


def _draw_at_risk(
    figure: go.Figure, series: Sequence[Series], days: Sequence[int], context: Context, colours: Palette
) -> None:
    _row_label(figure, "At risk", 0, colours.muted)
    for row, item in enumerate(series, start=1):
        at_risk = item.rows[(item.rows["statistic"] == "at_risk") & item.rows["day"].isin(days)]
        _row_label(figure, item.name, row, item.style.text)
        figure.add_scatter(
            x=[across(day) for day in at_risk["day"]],
            y=[row] * len(at_risk),
            mode="text",
            text=[f"{n:,}" for n in at_risk["n_at_risk"]],
            textfont={"size": SMALL, "color": item.style.text},
            textposition="middle center",
            yaxis="y2",
            cliponaxis=False,
            hovertext=[
                hover_lines(_named(item, at_risk_hover(record, context))) for record in at_risk.to_dict("records")
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            name=f"{item.name}, at risk",
        )


def _row_label(figure: go.Figure, text: str, row: int, colour: str) -> None:
    figure.add_annotation(
        text=text,
        x=0,
        xshift=-20,
        y=row,
        xref="paper",
        yref="y2",
        xanchor="right",
        yanchor="middle",
        showarrow=False,
        font={"size": SMALL, "color": colour},
    )
