"""Rates below each other: each with its interval, and with what those missed could change."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipelines.reports.figures.frames import groups, interval_of, is_drawn, style_of
from pipelines.reports.figures.lines import Line, forest
from pipelines.reports.figures.style import share_axis
from pipelines.words.catalogue import say
from pipelines.words.numbers import HIDDEN, count, is_hidden, is_known, percent, percent_bounds
from pipelines.words.statement import MET, statistic

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from pipelines.words.statement import Row


def rates_svg(frame: pd.DataFrame, labels: Mapping[str, str], fewest: int) -> tuple[str, ...]:
    """Rates of a table; in groups by the first column that tells them apart, if there are two.

    Args:
        frame: rows of rates.
        labels: of conditions, by their ids.
        fewest: of fewer no rate is drawn, only how little is known.
    """
    lines: list[Line] = []
    for names, rows in groups(frame, labels):
        observed = statistic(rows, "observed")
        if observed is None:
            continue
        group = names[0] if len(names) > 1 else ""
        name = ", ".join(names[1:] if group else names) or say("report_figures.one_rate")
        lines.append(_line(name, group, observed, rows, fewest))
    return forest(lines, partial(share_axis, along="x"))


def _line(name: str, group: str, observed: Row, rows: pd.DataFrame, fewest: int) -> Line:
    style = style_of(rows)
    if not is_drawn(observed):
        return Line(name, style, "", HIDDEN if observed["suppressed"] else say("report_figures.nobody"), group=group)
    lower, upper = interval_of(observed)
    if observed["n_observed"] < fewest:
        return Line(name, style, "", too_few_words(observed), (None, lower, upper), group=group)
    assumed, bound = statistic(rows, "missing_as_nonresponse"), statistic(rows, "bound_upper")
    has_thin = assumed is not None and bound is not None and is_drawn(assumed) and is_drawn(bound)
    thin = (float(assumed["estimate"]), float(bound["estimate"])) if has_thin and assumed and bound else None
    mark = (float(observed["estimate"]), lower, upper)
    return Line(name, style, percent(observed["estimate"]), quiet_words(observed), mark, thin, group=group)


def too_few_words(row: Row) -> str:
    """Why there is no rate, with how many were followed up."""
    return say("report_figures.too_few", n=count(row["n_observed"]))


def quiet_words(row: Row) -> str:
    """Interval and counts of a rate: `47 to 56, 234 of 457`."""
    words = []
    if is_known(row["lower"]):
        words.append(" to ".join(percent_bounds(row["lower"], row["upper"])))
    met = next((row[name] for name in (MET.get(str(row["measure"]), ""), "n_met") if name in row), None)
    if met is not None and is_known(met) and not is_hidden(float(met)) and is_known(row["n_observed"]):
        words.append(say("report_figures.of", n=count(met), whole=count(row["n_observed"])))
    return say("report_figures.apart").join(words)
