"""Completeness of follow-up: a grid of sites and quarters, the least complete site first."""

from __future__ import annotations

from html import escape

import pandas as pd
import plotly.graph_objects as go

from dashboard.choices import NOT_RECORDED
from dashboard.figures.canvas import canvas, hover_lines
from dashboard.theme import SMALL, Palette
from pipelines.words.numbers import is_known, percent
from pipelines.words.quality import follow_up_hover, least_complete_first
from pipelines.words.statement import Context

ROW_HEIGHT = 22


def follow_up_figure(
    cells: pd.DataFrame, by_site: pd.DataFrame, condition: str, context: Context, colours: Palette
) -> go.Figure:
    """A cell for each site and quarter, the fuller the stronger; the site's own share stands beside its name.

    Args:
        cells: `follow_up_completeness` by site and quarter, for one condition.
        by_site: the same by site.
        condition: its id.
        context: definitions, data-through date, selection.
        colours: of the reader's theme.
    """
    sites = least_complete_first(by_site)
    names = [str(site) for site in sites["site"]]
    quarters = sorted({str(quarter) for quarter in cells["quarter"]}, key=lambda value: (value == NOT_RECORDED, value))
    found = {
        (str(row["site"]), str(row["quarter"])): row
        for row in cells.to_dict("records")
        if is_known(row["estimate"]) and not row["suppressed"]
    }
    grid = [[found.get((site, quarter)) for quarter in quarters] for site in names]
    figure = canvas(colours, ROW_HEIGHT * max(1, len(names)) + 34, {"l": 104, "r": 4, "t": 4, "b": 28})
    figure.add_heatmap(
        x=list(range(len(quarters))),
        y=list(range(len(names))),
        z=[[row["estimate"] if row else None for row in line] for line in grid],
        zmin=0,
        zmax=1,
        colorscale=[[0, colours.rule], [1, colours.of(condition).colour]],
        showscale=False,
        xgap=2,
        ygap=2,
        text=[[hover_lines(follow_up_hover(row, context)) if row else "" for row in line] for line in grid],
        hovertemplate="%{text}<extra></extra>",
        hoverongaps=False,
    )
    if quarters:
        _name_end(figure, quarters[0], -0.5, "left", colours)
    if len(quarters) > 1:
        _name_end(figure, quarters[-1], len(quarters) - 0.5, "right", colours)
    figure.update_layout(
        xaxis={"showticklabels": False, "fixedrange": True},
        yaxis={
            "tickvals": list(range(len(names))),
            "ticktext": [
                f"{escape(site)}  {percent(share)}" for site, share in zip(names, sites["estimate"], strict=True)
            ],
            "tickfont": {"size": SMALL, "color": colours.muted},
            "autorange": "reversed",
            "fixedrange": True,
        },
    )
    return figure


def _name_end(figure: go.Figure, quarter: str, x: float, side: str, colours: Palette) -> None:
    figure.add_annotation(
        text=quarter,
        x=x,
        y=0,
        yref="paper",
        xanchor=side,
        yanchor="top",
        yshift=-4,
        showarrow=False,
        font={"size": SMALL, "color": colours.muted},
    )
