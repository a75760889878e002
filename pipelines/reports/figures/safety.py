"""What happened at infusions: of 100, each finding with its interval, the conditions below each other."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from pipelines.definitions.infusions import RISES
from pipelines.look import LIGHT
from pipelines.reports.figures.frames import groups, interval_of, is_drawn, style_of
from pipelines.reports.figures.lines import Line, forest
from pipelines.words.catalogue import say
from pipelines.words.numbers import HIDDEN, count, is_known
from pipelines.words.report_tables import COHORT
from pipelines.words.safety import PROGRAM, finding_name, of_hundred

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

    from pipelines.words.statement import Row

_ALL = "all"
_TENTH = 10


def safety_svg(frame: pd.DataFrame, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Findings that are shares of infusions or courses; those that nobody had are left out.

    Where conditions stand apart, all courses together are left to the table.
    """
    own = frame[~frame["statistic"].isin(RISES) & ~frame["statistic"].str.endswith("_published")]
    if "infusion" in own:
        own = own[own["infusion"].fillna(_ALL).astype(str) == _ALL]
    if own["condition"].nunique() > 1:
        own = own[own["condition"] != PROGRAM]
    lines: list[Line] = []
    most = 0.0
    for statistic in dict.fromkeys(own["statistic"]):
        rows = own[own["statistic"] == statistic]
        found = list(groups(rows, labels, ("condition", COHORT, "site")))
        shown = [(names, dict(zip(part, part.iloc[0], strict=True)), part) for names, part in found]
        if not any(_is_told(row) for _, row, _ in shown):
            continue
        finding = finding_name(str(statistic))
        for names, row, part in shown:
            lines.append(_line(", ".join(names) or finding, finding if names else "", row, part))
            if is_drawn(row):
                most = max(most, float(row["upper"]) if is_known(row["upper"]) else float(row["estimate"]))
    return forest(lines, lambda axes: _hundred_axis(axes, most))


def _is_told(row: Row) -> bool:
    return is_drawn(row) and bool(row["n_with"])


def _line(name: str, group: str, row: Row, rows: pd.DataFrame) -> Line:
    style = style_of(rows)
    if not is_drawn(row):
        return Line(name, style, "", HIDDEN if row["suppressed"] else say("report_figures.nobody"), group=group)
    lower, upper = interval_of(row)
    quiet = [say("report_figures.of", n=count(row["n_with"]), whole=count(row["n_recorded"]))]
    if lower is not None and upper is not None:
        quiet.insert(0, f"{of_hundred(lower)} to {of_hundred(upper)}")
    mark = (float(row["estimate"]), lower, upper)
    return Line(name, style, of_hundred(row["estimate"]), say("report_figures.apart").join(quiet), mark, group=group)


def _hundred_axis(axes: Axes, most: float) -> None:
    end = max(1, ceil(_TENTH * most)) / _TENTH
    step = 0.02 if end <= 0.1 else 0.1 if end <= 0.5 else 0.25
    ticks = [step * i for i in range(round(end / step) + 1)]
    axes.set_xlim(0, max(end, ticks[-1]))
    axes.set_xticks(ticks, [f"{100 * tick:.0f}" for tick in ticks])
    axes.vlines(ticks, 0, 1, transform=axes.get_xaxis_transform(), color=LIGHT.rule, linewidth=0.6, zorder=0)
