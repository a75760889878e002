"""One way from a figure of a pack to its SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.reports.figures.curve import curve_svg
from pipelines.reports.figures.flow import flow_svg
from pipelines.reports.figures.rates import rates_svg
from pipelines.reports.figures.safety import safety_svg
from pipelines.reports.figures.sites import sites_svg
from pipelines.reports.figures.trend import trend_svg

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from pipelines.reports.pack import FigureKind


def figure_svgs(kind: FigureKind, frame: pd.DataFrame, labels: Mapping[str, str], fewest: int) -> tuple[str, ...]:
    """A figure as SVG, on as many sheets as it needs; none where the table holds nothing that may be drawn.

    Args:
        kind: which drawing.
        frame: the released rows.
        labels: of conditions, by their ids.
        fewest: fewer than this are too few for a mark.
    """
    if kind == "trend":
        return trend_svg(frame)
    if kind == "flow":
        return flow_svg(frame, labels)
    if kind == "safety":
        return safety_svg(frame, labels)
    draw = {"rates": rates_svg, "curve": curve_svg, "sites": sites_svg}[kind]
    return draw(frame, labels, fewest)
