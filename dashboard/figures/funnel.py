"""A funnel of sites: each site's adjusted rate against how many were followed up, within the limits of chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.canvas import canvas, hover_wrapped, share_axis, spread
from dashboard.figures.labels import placed_labels
from dashboard.theme import SMALL, Palette, Style
from pipelines.words.catalogue import say
from pipelines.words.rates import reference_words
from pipelines.words.site_marks import SiteLeftOut, SiteMark, curve_words
from pipelines.words.statement import Context, Row

HEIGHT = 330
MARGIN = {"l": 44, "r": 58, "t": 26, "b": 44}
BESIDE, ALONE = 390, 640
"""The plot's width, in pixels, in which names must fit, with another funnel beside it and alone in its row.

The page hides names where the figure is narrower: see `sites_funnel` in its style sheet.
"""
_RING = 19
_DASHES = ("dash", "solid")
_SCALE = (-0.01, 1.02)


def funnel_figure(
    marks: Sequence[SiteMark],
    left_out: Sequence[SiteLeftOut],
    curves: pd.DataFrame,
    overall: Row | None,
    style: Style,
    context: Context,
    colours: Palette,
    width: int = BESIDE,
) -> go.Figure:
    """Sites as points; names where they fit, always of those beyond a limit.

    Args:
        marks: the sites that have a rate.
        left_out: those that have none; they stand at the foot, where their number is.
        curves: `site_funnels` of the condition; empty where there are too few sites for limits.
        overall: the rate of all sites together, None where too few were followed up.
        style: of the condition.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
        width: of the plot, in which names must fit: BESIDE or ALONE.
    """
    most = 1.06 * max([context.fewest, *(mark.n for mark in marks), *(site.n for site in left_out)])
    figure = canvas(colours, HEIGHT, MARGIN)
    figure.update_layout(xaxis=_number_axis(most, colours), yaxis=share_axis(colours))
    _name_axes(figure, colours)
    ends = _draw_curves(figure, curves, context, colours)
    if overall is not None:
        figure.add_hline(y=overall["estimate"], line={"color": colours.faint, "width": 1, "dash": "dot"}, layer="below")
        ends.append((float(overall["estimate"]), reference_words(overall)))
    _name_ends(figure, ends, colours)
    _draw_left_out(figure, left_out, colours)
    _draw_marks(figure, marks, style, colours)
    _draw_names(figure, marks, most, width, colours)
    return figure


def _number_axis(most: float, colours: Palette) -> dict[str, Any]:
    return {
        "range": [0, most],
        "nticks": 7,
        "tickfont": {"size": SMALL, "color": colours.muted},
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
    }


def _name_axes(figure: go.Figure, colours: Palette) -> None:
    shared = {"xref": "paper", "yref": "paper", "showarrow": False, "font": {"size": SMALL, "color": colours.muted}}
    figure.add_annotation(text=say("sites.rate_axis"), x=0, xanchor="left", xshift=-40, y=1, yshift=20, **shared)
    figure.add_annotation(text=say("sites.number_axis"), x=1, xanchor="right", y=0, yshift=-34, **shared)


def _draw_curves(
    figure: go.Figure, curves: pd.DataFrame, context: Context, colours: Palette
) -> list[tuple[float, str]]:
    """Both limits of each coverage; gives where they end, with their words."""
    ends = []
    for (name, own), dash in zip(curves.groupby("statistic", sort=False), _DASHES, strict=False):
        for bound in ("lower", "upper"):
            figure.add_scatter(
                x=own["size"].tolist(),
                y=own[bound].tolist(),
                mode="lines",
                line={"color": colours.faint, "width": 1.2, "dash": dash},
                name=f"{name}_{bound}",
                hoverinfo="skip",
            )
            ends.append((float(own[bound].iloc[-1]), curve_words(str(name), context)))
    return ends


def _name_ends(figure: go.Figure, ends: Sequence[tuple[float, str]], colours: Palette) -> None:
    heights = spread([height for height, _ in ends], 0.055)
    for height, (_, words) in zip(heights, ends, strict=True):
        figure.add_annotation(
            text=words,
            x=1,
            xref="paper",
            xanchor="left",
            xshift=4,
            y=height,
            yanchor="middle",
            showarrow=False,
            font={"size": SMALL, "color": colours.muted},
        )


def _draw_left_out(figure: go.Figure, left_out: Sequence[SiteLeftOut], colours: Palette) -> None:
    """Too few for a rate: a stroke at the foot, faint."""
    figure.add_scatter(
        x=[site.n for site in left_out],
        y=[0.015] * len(left_out),
        mode="markers",
        marker={"symbol": "line-ns", "size": 9, "line": {"color": colours.faint, "width": 1.5}},
        text=[hover_wrapped(site.hover) for site in left_out],
        hovertemplate="%{text}<extra></extra>",
        name="left_out",
    )


def _draw_marks(figure: go.Figure, marks: Sequence[SiteMark], style: Style, colours: Palette) -> None:
    beyond = [mark for mark in marks if mark.is_beyond]
    figure.add_scatter(
        x=[mark.n for mark in beyond],
        y=[mark.rate for mark in beyond],
        mode="markers",
        marker={"symbol": "circle-open", "size": _RING, "color": colours.ink, "line": {"width": 1.5}},
        hoverinfo="skip",
        name="beyond",
    )
    figure.add_scatter(
        x=[mark.n for mark in marks],
        y=[mark.rate for mark in marks],
        mode="markers",
        marker={
            "symbol": style.marker,
            "size": 10,
            "color": [style.colour if mark.is_complete else colours.page for mark in marks],
            "line": {"color": style.colour, "width": 2},
        },
        text=[hover_wrapped(mark.hover) for mark in marks],
        hovertemplate="%{text}<extra></extra>",
        name="sites",
    )


def _draw_names(figure: go.Figure, marks: Sequence[SiteMark], most: float, width: int, colours: Palette) -> None:
    """Names as text of the plot, which a narrow page hides, but for those beyond a limit."""
    height = HEIGHT - MARGIN["t"] - MARGIN["b"]
    low, high = _SCALE
    places = [(width * mark.n / most, height * (mark.rate - low) / (high - low)) for mark in marks]
    beyond = [i for i, mark in enumerate(marks) if mark.is_beyond]
    sides = placed_labels(places, [mark.site for mark in marks], beyond, (width, height))
    quiet = [i for i in sides if i not in beyond]
    figure.add_scatter(
        x=[marks[i].n for i in quiet],
        y=[marks[i].rate for i in quiet],
        # A mark that nobody sees keeps the name off the mark that is seen.
        mode="markers+text",
        marker={"size": 16, "opacity": 0},
        text=[marks[i].site for i in quiet],
        textposition=[sides[i] for i in quiet],
        textfont={"size": SMALL, "color": colours.muted},
        hoverinfo="skip",
        name="names",
    )
    for i in beyond:
        is_left = sides[i] == "middle left"
        figure.add_annotation(
            text=f"<b>{marks[i].site}</b>",
            x=marks[i].n,
            y=marks[i].rate,
            xanchor="right" if is_left else "left",
            xshift=-12 if is_left else 12,
            showarrow=False,
            font={"size": SMALL, "color": colours.ink},
        )
