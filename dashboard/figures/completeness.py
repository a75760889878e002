"""Completeness of follow-up by a group: dots with intervals against the share of all together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_wrapped, see_through, share_axis
from dashboard.figures.rates import FOOT, LINE_HEIGHT, draw_reference, draw_words
from dashboard.theme import Palette, Style
from pipelines.words.completeness import FAR_BELOW, beside_completeness, completeness_hover, is_complete_shown
from pipelines.words.statement import Context, Row

_TOP, _WORDS, _MARKS = 20, 10, 31
_RING = 17


def completeness_figure(
    rows: Sequence[Row],
    names: Sequence[str],
    whole: Row | None,
    style: Style,
    context: Context,
    colours: Palette,
    beside: Callable[[Row, Context], tuple[str, str, str]] = beside_completeness,
) -> go.Figure:
    """A line for each group, from top to bottom; too few due are drawn in grey, without a dot.

    Args:
        rows: `follow_up_completeness` of one condition, one a group.
        names: of the groups.
        whole: the same of all together, drawn as a line behind them; None where it is withheld.
        style: of the condition.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
        beside: what stands beside a name; less where names are long.
    """
    height = LINE_HEIGHT * len(rows)
    figure = canvas(colours, height + _TOP + FOOT, {"l": 14, "r": 14, "t": _TOP, "b": FOOT})
    figure.update_layout(
        xaxis={**share_axis(colours), "range": [-0.005, 1.03]},
        yaxis={"range": [height, 0], "visible": False, "fixedrange": True},
    )
    if whole is not None and is_complete_shown(whole, context):
        draw_reference(figure, whole, colours)
    for position, (row, name) in enumerate(zip(rows, names, strict=True)):
        above = LINE_HEIGHT * position
        draw_words(figure, name, beside(row, context), above + _WORDS, colours)
        text = hover_wrapped(completeness_hover(row, name, context))
        _draw_share(figure, row, text, above + _MARKS, style, context, colours)
    return figure


def _draw_share(
    figure: go.Figure, row: Row, text: str, y: float, style: Style, context: Context, colours: Palette
) -> None:
    if row["suppressed"] or not row["n_due"]:
        return
    is_shown = is_complete_shown(row, context)
    shared = {"text": [text] * 3, "hovertemplate": "%{text}<extra></extra>"}
    figure.add_scatter(
        x=[row["lower"], (row["lower"] + row["upper"]) / 2, row["upper"]],
        y=[y] * 3,
        mode="lines",
        line={"color": see_through(style.colour, 0.5) if is_shown else see_through(colours.faint, 0.35), "width": 4},
        **shared,
    )
    if not is_shown:
        return
    if FAR_BELOW in str(row["note"]):
        figure.add_scatter(
            x=[row["estimate"]],
            y=[y],
            mode="markers",
            marker={"symbol": "circle-open", "size": _RING, "color": colours.ink, "line": {"width": 1.5}},
            hoverinfo="skip",
            name="far_below",
        )
    figure.add_scatter(
        x=[row["estimate"]],
        y=[y],
        mode="markers",
        marker={"symbol": style.marker, "size": 10, "color": style.colour},
        name="share",
        **shared,
    )
