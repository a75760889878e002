"""Native charts of slides, to be edited in PowerPoint: points with intervals, curves as steps, quarters within limits.

They hold released values and nothing computed: an interval is a line between its ends. Each brings a workbook, in which
no name may be run as a formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml import parse_xml
from pptx.util import Pt

from pipelines.formula_guard import guarded
from pipelines.look import LIGHT, Style
from pipelines.reports.office_words import point_words
from pipelines.reports.pptx_look import FONT, SMALL, SOURCE, Box, rgb
from pipelines.reports.series import Point, Step, corners
from pipelines.words.catalogue import say

if TYPE_CHECKING:
    from pptx.slide import Slide

_DASHES = {
    "solid": MSO_LINE.SOLID,
    "longdash": MSO_LINE.LONG_DASH,
    "dashdot": MSO_LINE.DASH_DOT,
    "dash": MSO_LINE.DASH,
    "longdashdot": MSO_LINE.LONG_DASH_DOT,
    "dot": MSO_LINE.ROUND_DOT,
}
_MARKERS = {
    "circle": XL_MARKER_STYLE.CIRCLE,
    "square": XL_MARKER_STYLE.SQUARE,
    "diamond": XL_MARKER_STYLE.DIAMOND,
    "triangle-up": XL_MARKER_STYLE.TRIANGLE,
    "triangle-down": XL_MARKER_STYLE.TRIANGLE,
    "hexagon": XL_MARKER_STYLE.CIRCLE,
}
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_SHARE = "0 %"
WITH_BANDS, _ROOM_FOR_TWO = 3, 5
"""Up to so many curves have their intervals drawn, and up to so many points two lines of words."""


def forest(slide: Slide, box: Box, points: Sequence[Point], axis: str, alt: str) -> None:
    """Points with their intervals one below the other, each with its words above it."""
    known = [point for point in points if point.estimate is not None]
    data: Any = XyChartData(number_format=_SHARE)  # type: ignore[no-untyped-call]
    for place, point in zip(range(len(known), 0, -1), known, strict=True):
        interval = data.add_series(guarded(point.name))
        for end in (point.lower, point.upper):
            if end is not None:
                interval.add_data_point(end, place)
        data.add_series(guarded(point.name)).add_data_point(point.estimate, place)
    chart = _add(slide, XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, box, data, alt)
    for number, point in enumerate(known):
        style = LIGHT.of(point.condition)
        interval, mark = chart.plots[0].series[2 * number], chart.plots[0].series[2 * number + 1]
        _line(interval, style.colour, 2.75, MSO_LINE.SOLID)
        mark.format.line.fill.background()
        _marker(mark, style, 12)
        label = mark.points[0].data_label
        label.position = XL_LABEL_POSITION.ABOVE
        label.text_frame.text = point_words(point, " " if len(known) > _ROOM_FOR_TWO else "\n")
        label.text_frame.word_wrap = False
        for font in (run.font for paragraph in label.text_frame.paragraphs for run in paragraph.runs):
            font.size, font.name = Pt(10 if len(known) > _ROOM_FOR_TWO else SMALL), FONT
            font.color.rgb = rgb(LIGHT.ink)
    highest = max((point.upper or point.estimate or 0 for point in known), default=1)
    _share_axis(chart.category_axis, axis, 1 if highest > 0.5 else ceil(highest * 10) / 10)
    chart.category_axis.format.line.color.rgb = rgb(LIGHT.faint)
    upright = chart.value_axis
    upright.visible, upright.has_major_gridlines = False, False
    upright.minimum_scale, upright.maximum_scale = 0.5, len(known) + 0.7
    chart.has_legend = False


def curves(
    slide: Slide,
    box: Box,
    steps: Mapping[str, Sequence[Step]],
    names: Mapping[str, str],
    axes: tuple[str, str],
    alt: str,
) -> float:
    """Curves as steps, by condition, with their intervals as thin lines where there are few; gives the last day.

    Args:
        names: of conditions.
        axes: what stands on the axis of days and on that of shares.
    """
    data: Any = XyChartData(number_format=_SHARE)  # type: ignore[no-untyped-call]
    drawn: list[tuple[str, str]] = []
    for end in ("lower", "upper", "estimate") if len(steps) <= WITH_BANDS else ("estimate",):
        for condition, curve in steps.items():
            made = corners(curve, end)
            if made:
                name = names[condition] if end == "estimate" else f"{names[condition]}, {say(f'office.{end}')}"
                series = data.add_series(guarded(name))
                drawn.append((condition, end))
                for day, share in made:
                    series.add_data_point(day, share)
    chart = _add(slide, XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, box, data, alt)
    for series, (condition, end) in zip(chart.plots[0].series, drawn, strict=True):
        style = LIGHT.of(condition)
        if end == "estimate":
            _line(series, style.colour, 2.75, _DASHES[style.dash])
        else:
            _line(series, style.colour, 0.75, MSO_LINE.ROUND_DOT)
        series.smooth = False
    last = max(curve[-1].day for curve in steps.values())
    weeks = ceil(last / 7)
    days = chart.category_axis
    days.minimum_scale, days.maximum_scale = 0, 7 * weeks
    days.major_unit = 7 if weeks <= 10 else 14
    days.tick_labels.number_format, days.tick_labels.number_format_is_linked = "0", False
    days.has_major_gridlines = False
    days.format.line.color.rgb = rgb(LIGHT.faint)
    _axis_title(days, axes[0])
    _share_axis(chart.value_axis, axes[1], 1)
    chart.value_axis.format.line.fill.background()
    _legend(chart, [number for number, (_, end) in enumerate(drawn) if end != "estimate"])
    return last


def quarters(
    slide: Slide,
    box: Box,
    points: Sequence[Point],
    usual: Sequence[tuple[str, float]],
    title: str,
    style: Style,
    alt: str,
) -> None:
    """Quarters as a line, with the mean and the limits of usual variation across.

    Args:
        usual: mean and limits with their names; none where there are too few quarters.
        title: of the chart, and of its line.
    """
    data: Any = CategoryChartData(number_format=_SHARE)  # type: ignore[no-untyped-call]
    data.categories = [guarded(point.name) for point in points]
    data.add_series(guarded(title), [point.estimate for point in points])
    for name, share in usual:
        data.add_series(name, [share] * len(points))
    chart = _add(slide, XL_CHART_TYPE.LINE_MARKERS, box, data, alt)
    line, *others = chart.plots[0].series
    _line(line, style.colour, 2.25, MSO_LINE.SOLID)
    _marker(line, style, 7)
    line.smooth = False
    for series, dash in zip(others, (MSO_LINE.ROUND_DOT, MSO_LINE.DASH, MSO_LINE.DASH), strict=False):
        _line(series, LIGHT.muted, 1, dash)
        series.marker.style, series.smooth = XL_MARKER_STYLE.NONE, False
    chart.has_title = True
    frame = chart.chart_title.text_frame
    frame.text = title
    font = frame.paragraphs[0].runs[0].font
    font.size, font.bold, font.name, font.color.rgb = Pt(14), True, FONT, rgb(style.text)
    chart.category_axis.tick_labels.font.size = Pt(9)
    chart.category_axis.format.line.color.rgb = rgb(LIGHT.faint)
    _share_axis(chart.value_axis, "", 1)
    chart.value_axis.format.line.fill.background()
    chart.has_legend = False


def _add(slide: Slide, kind: XL_CHART_TYPE, box: Box, data: Any, alt: str) -> Any:
    """A chart with what it shows in words."""
    frame: Any = slide.shapes.add_chart(kind, *box.places, data)
    frame.element.nvGraphicFramePr.cNvPr.set("descr", alt)
    chart = frame.chart
    chart.font.name, chart.font.size, chart.font.color.rgb = FONT, Pt(SMALL), rgb(LIGHT.muted)
    chart.has_title = False
    return chart


def _line(series: Any, colour: str, width: float, dash: MSO_LINE) -> None:
    line = series.format.line
    line.color.rgb, line.width, line.dash_style = rgb(colour), Pt(width), dash


def _marker(series: Any, style: Style, size: int) -> None:
    marker = series.marker
    marker.style, marker.size = _MARKERS[style.marker], size
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = rgb(style.colour)
    marker.format.line.color.rgb = rgb(LIGHT.page)


def _share_axis(axis: Any, title: str, highest: float) -> None:
    axis.minimum_scale, axis.maximum_scale = 0, highest
    axis.major_unit = 0.2 if highest > 0.5 else 0.1
    axis.has_major_gridlines = True
    axis.major_gridlines.format.line.color.rgb = rgb(LIGHT.rule)
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0 %", False
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    _axis_title(axis, title)


def _axis_title(axis: Any, title: str) -> None:
    axis.has_title = bool(title)
    if title:
        axis.axis_title.text_frame.text = title
        font = axis.axis_title.text_frame.paragraphs[0].runs[0].font
        font.size, font.bold, font.name, font.color.rgb = Pt(SOURCE), False, FONT, rgb(LIGHT.muted)


def _legend(chart: Any, without: Sequence[int]) -> None:
    """Names of the curves above them, of many at their side; the lines of intervals have none."""
    chart.has_legend = True
    is_few = len(chart.plots[0].series) - len(without) <= WITH_BANDS
    place = XL_LEGEND_POSITION.TOP if is_few else XL_LEGEND_POSITION.RIGHT
    chart.legend.position, chart.legend.include_in_layout = place, False
    chart.legend.font.size = Pt(SMALL)
    first = chart.legend._element.find(f"{{{_C}}}legendPos")
    for number in reversed(without):
        entry = f'<c:legendEntry xmlns:c="{_C}"><c:idx val="{number}"/><c:delete val="1"/></c:legendEntry>'
        first.addnext(parse_xml(entry))
