"""Native charts: rates as points with their intervals, curves as steps, quarters within their limits.

Excel draws from cells, and a step needs each day twice; these cells stand on a sheet of their own. They hold released
values and nothing computed, which is why an interval is a line between its ends and not an error bar.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.formula_guard import guarded
from pipelines.look import LIGHT
from pipelines.reports.office_words import point_words
from pipelines.reports.series import (
    Drawn,
    Point,
    corners,
    drawn,
    labels,
    limits,
    outcomes,
    steps,
    trend_points,
)
from pipelines.reports.units import COUNT_FORMAT, DAY_FORMAT, NUMBER_FORMATS
from pipelines.words.catalogue import say
from pipelines.words.numbers import listed

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart
    from xlsxwriter.worksheet import Worksheet

    from pipelines.reports.xlsx_sheets import Making

_SIZE = {"x_scale": 1.0, "y_scale": 1.0, "object_position": 1}
_WIDTH, _HEIGHT, _LINE = 860, 380, 122
_OF_POINT, _OF_AXIS, _OF_ROW = 110, 80, 20
"""Pixels: a point with its words, the axis below, and a row of the sheet."""
_DASHES = {
    "solid": "solid",
    "longdash": "long_dash",
    "dashdot": "dash_dot",
    "dash": "dash",
    "longdashdot": "long_dash_dot",
    "dot": "round_dot",
}
_MARKERS = {
    "circle": "circle",
    "square": "square",
    "diamond": "diamond",
    "triangle-up": "triangle",
    "triangle-down": "triangle",
    "hexagon": "circle",
}
_FONT: dict[str, Any] = {"name": "Arial", "size": 10, "color": LIGHT.muted, "bold": False}
_SHARE = NUMBER_FORMATS["share"]
MEASURES = ("response", "remission")


@dataclass
class Charts:
    """The sheet of the charts and the one of their cells, while they are filled.

    Attributes:
        row, data_row: the next free ones.
    """

    making: Making
    sheet: Worksheet
    data: Worksheet
    row: int = 3
    data_row: int = 3
    _named: dict[str, str] = field(default_factory=dict)

    def write(self) -> None:
        """All charts of the pack."""
        self._named = labels(self.making.pack)
        for measure in MEASURES:
            self._rates(measure, drawn(self.making.pack, "rates", measure, f"{measure}-"))
        for measure in ("onset", "durability"):
            for figure in drawn(self.making.pack, "curve", f"{measure}-curve"):
                self._curve(measure, figure)
        for figure in drawn(self.making.pack, "trend", "trend"):
            self._trend(figure)
        self.sheet.set_column(0, 0, _LINE)
        self.data.set_column(0, 0, 34)
        self.data.set_column(1, 6, 18)

    def _rates(self, measure: str, figures: Sequence[Drawn]) -> None:
        """The newest and the largest cohort, each with all conditions one below the other."""
        newest, largest = (outcomes(figures, which, self._named) for which in (0, -1))
        for shown, cohorts in [newest] if newest == largest else [newest, largest]:
            if not any(point.estimate is not None for point in shown):
                continue
            tables = [figure.figure.table for figure in figures]
            cohort = listed(cohorts)
            title = say("workbook.rates_title", measure=say(f"measure.{measure}"), cohort=cohort)
            chart, height = self._forest(title, shown), _OF_POINT * len(shown) + _OF_AXIS
            self._place(chart, title, tables, "", _rates_alt(measure, shown), max(height, _HEIGHT))

    def _forest(self, title: str, shown: Sequence[Point]) -> Chart:
        """Points with their intervals one below the other, each with its words above it."""
        known = [point for point in shown if point.estimate is not None]
        places = range(len(known), 0, -1)
        heads = ["", *(say(f"office.{name}") for name in ("lower", "upper", "estimate", "place", "place"))]
        cells = [
            (point.name, point.lower, point.upper, point.estimate, place, place)
            for point, place in zip(known, places, strict=True)
        ]
        top = self._cells(title, heads, cells, _SHARE)[0][1]
        chart = self._chart({"type": "scatter", "subtype": "straight"})
        sheet = say("workbook.chart_data")
        for row, point in enumerate(known, start=int(top)):
            style = LIGHT.of(point.condition)
            colour = {"color": style.colour}
            interval = {
                "name": point.name,
                "categories": [sheet, row, 1, row, 2],
                "values": [sheet, row, 4, row, 5],
                "line": {**colour, "width": 2.5},
                "marker": {"type": "none"},
            }
            label = {"value": guarded(point_words(point, "\n")), "font": {**_FONT, "color": LIGHT.ink}}
            mark = {
                "name": point.name,
                "categories": [sheet, row, 3, row, 3],
                "values": [sheet, row, 4, row, 4],
                "line": {"none": True},
                "marker": {"type": _MARKERS[style.marker], "size": 10, "fill": colour, "border": {"color": LIGHT.page}},
                "points": [{"fill": colour, "border": {"color": LIGHT.page}}],
                "data_labels": {"value": True, "position": "above", "custom": [label]},
            }
            chart.add_series(interval)
            chart.add_series(mark)
        chart.set_x_axis({**self._share(say("office.share_axis")), "line": {"color": LIGHT.faint}})
        chart.set_y_axis({"visible": False, "min": 0.4, "max": len(known) + 0.8, "major_gridlines": {"visible": False}})
        chart.set_legend({"none": True})
        return chart

    def _curve(self, measure: str, figure: Drawn) -> None:
        curve = steps(figure.rows)
        if not curve:
            return
        style = LIGHT.of(figure.condition)
        chart = self._chart({"type": "scatter", "subtype": "straight"})
        name = self._named.get(figure.condition, figure.condition)
        for end, words in (("estimate", name), ("lower", say("office.lower")), ("upper", say("office.upper"))):
            made = corners(curve, end)
            if not made:
                continue
            ranges = self._cells(
                f"{figure.figure.title}: {words}", [say("office.day"), words], made, _SHARE, DAY_FORMAT
            )
            line: dict[str, Any] = {"color": style.colour, "width": 2.5}
            if end != "estimate":
                line = {"color": style.colour, "width": 1, "dash_type": "square_dot", "transparency": 30}
            chart.add_series(
                {
                    "name": words,
                    "categories": ranges[0],
                    "values": ranges[1],
                    "line": line,
                    "marker": {"type": "none"},
                }
            )
        chart.set_x_axis(
            {
                "name": say(f"office.{measure}_days"),
                "name_font": _FONT,
                "num_font": _FONT,
                "num_format": COUNT_FORMAT,
                "min": 0,
                "major_unit": 7 if curve[-1].day <= 70 else 14,
                "major_gridlines": {"visible": False},
                "line": {"color": LIGHT.faint},
            }
        )
        self._share_axis(chart, say(f"office.{measure}_axis"))
        chart.set_legend({"position": "bottom", "font": _FONT})
        self._place(chart, figure.figure.title, [figure.figure.table], say("workbook.curve_caption"), figure.figure.alt)

    def _trend(self, figure: Drawn) -> None:
        shown = list(trend_points(figure.rows))
        if not any(point.estimate is not None for point in shown):
            return
        style, usual = LIGHT.of(figure.condition), limits(figure.rows)
        names = [say("office.by_quarter")]
        if usual:
            names += [say("office.mean"), say("office.limit_lower"), say("office.limit_upper")]
        caption = say("slides.trend_lines" if usual else "slides.trend_points")
        across = (usual.estimate, usual.lower, usual.upper) if usual else ()
        cells = [(point.name, point.estimate, *across) for point in shown]
        ranges = self._cells(figure.figure.title, ["", *names], cells, _SHARE)
        chart = self._chart({"type": "line"})
        lines = [{"color": style.colour, "width": 2, "dash_type": _DASHES[style.dash]}]
        lines += [{"color": LIGHT.muted, "width": 1, "dash_type": dash} for dash in ("round_dot", "dash", "dash")]
        for column, (name, line) in enumerate(zip(names, lines, strict=False), start=1):
            marker: dict[str, Any] = {"type": "none"}
            if column == 1:
                colour = {"color": style.colour}
                marker = {"type": _MARKERS[style.marker], "size": 7, "fill": colour, "border": colour}
            series = {"name": name, "categories": ranges[0], "values": ranges[column], "line": line, "marker": marker}
            chart.add_series(series)
        chart.show_blanks_as("gap")
        chart.set_x_axis(
            {
                "name": say("office.quarter_axis"),
                "name_font": _FONT,
                "num_font": _FONT,
                "line": {"color": LIGHT.faint},
            }
        )
        self._share_axis(chart, say("office.trend_axis"))
        chart.set_legend({"position": "bottom", "font": _FONT})
        self._place(chart, figure.figure.title, [figure.figure.table], caption, figure.figure.alt)

    def _chart(self, kind: dict[str, str]) -> Chart:
        chart = self.making.book.add_chart(kind)
        if chart is None:
            raise ValueError(f"XlsxWriter draws no chart of {kind}")
        return chart

    def _share_axis(self, chart: Chart, name: str) -> None:
        chart.set_y_axis({**self._share(name), "line": {"none": True}})

    def _share(self, name: str) -> dict[str, Any]:
        """An axis of shares, from none to all."""
        return {
            "name": name,
            "name_font": _FONT,
            "num_font": _FONT,
            "num_format": "0 %",
            "min": 0,
            "max": 1,
            "major_unit": 0.2,
            "major_gridlines": {"visible": True, "line": {"color": LIGHT.rule, "width": 0.75}},
        }

    def _cells(
        self,
        title: str,
        heads: Sequence[str],
        rows: Sequence[Sequence[str | float | None]],
        number_format: str,
        first_format: str = "",
    ) -> list[list[str | int]]:
        """Writes what a chart draws, and gives the range of each column."""
        formats, top = self.making.formats, self.data_row
        self.making.text(self.data, top, 0, title, "heading")
        for column, head in enumerate(heads):
            self.making.text(self.data, top + 1, column, head, "header")
        for row, values in enumerate(rows, start=top + 2):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    self.making.text(self.data, row, column, value)
                elif isinstance(value, int):
                    self.data.write_number(row, column, value, formats.number(COUNT_FORMAT))
                elif value is not None:
                    own = first_format if first_format and column == 0 else number_format
                    self.data.write_number(row, column, value, formats.number(own))
        last = top + 1 + len(rows)
        self.data_row = last + 3
        return [[say("workbook.chart_data"), top + 2, column, last, column] for column in range(len(heads))]

    def _place(
        self, chart: Chart, title: str, tables: Sequence[str], caption: str, alt: str, height: int = _HEIGHT
    ) -> None:
        """Puts a chart under its title, with the way to its rows."""
        making = self.making
        making.text(self.sheet, self.row, 0, title, "heading")
        at = self.row + 1
        for table in tables:
            target = making.sheet_of[table]
            making.link(self.sheet, at, 0, target, say("workbook.table_of", sheet=target))
            at += 1
        for line in textwrap.wrap(caption, _LINE):
            making.text(self.sheet, at, 0, line, "line")
            at += 1
        chart.set_size({"width": _WIDTH, "height": height})
        chart.set_chartarea({"border": {"none": True}, "fill": {"color": LIGHT.page}})
        chart.set_plotarea({"fill": {"none": True}})
        self.sheet.insert_chart(at, 0, chart, {**_SIZE, "description": alt})
        self.row = at + height // _OF_ROW + 2
        self.sheet.set_h_pagebreaks([*getattr(self.sheet, "hbreaks", []), self.row])


def _rates_alt(measure: str, shown: Sequence[Point]) -> str:
    said = "; ".join(point_words(point) for point in shown)
    return say("office.rates_alt", measure=say(f"measure.{measure}"), points=said)
