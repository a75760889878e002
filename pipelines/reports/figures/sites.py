"""Sites below each other: the rate adjusted for case mix with its interval, before the limits of chance."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipelines.look import LIGHT
from pipelines.reports.figures.frames import groups, interval_of, is_drawn, style_of
from pipelines.reports.figures.lines import Line, forest
from pipelines.reports.figures.rates import too_few_words
from pipelines.reports.figures.style import share_axis
from pipelines.words.catalogue import say
from pipelines.words.numbers import HIDDEN, count, is_known, percent, percent_bounds
from pipelines.words.report_tables import COHORT
from pipelines.words.statement import statistic

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from pipelines.words.statement import Row


def sites_svg(frame: pd.DataFrame, labels: Mapping[str, str], fewest: int) -> tuple[str, ...]:
    """A line for each site, in the order of the table, and the rate of all of them as a line through all.

    Args:
        frame: rows of sites.
        labels: of conditions, by their ids.
        fewest: of fewer no rate is drawn, only how little is known.
    """
    lines, overall = [], None
    for (*first, site), rows in _by_site(frame, labels):
        limits = statistic(rows, "limits_95")
        has_limits = limits is not None and is_drawn(limits) and is_known(limits["lower"])
        if limits is not None and has_limits:
            overall = float(limits["estimate"])
        lines.append(_line(", ".join([*first, site]), rows, limits if has_limits else None, fewest))
    reference = (overall, say("report_figures.all_sites", share=percent(overall))) if overall is not None else None
    return forest(lines, partial(share_axis, along="x"), reference)


def _by_site(frame: pd.DataFrame, labels: Mapping[str, str]) -> list[tuple[tuple[str, ...], pd.DataFrame]]:
    own = frame[frame["statistic"].isin(("observed", "adjusted", "limits_95"))]
    found = list(groups(own, labels, ("condition", COHORT, "site")))
    return [(names or (str(rows["site"].iloc[0]),), rows) for names, rows in found if len(rows)]


def _line(name: str, rows: pd.DataFrame, limits: Row | None, fewest: int) -> Line:
    style = style_of(rows)
    shown = next(
        (row for kind in ("adjusted", "observed") if (row := statistic(rows, kind)) is not None and is_drawn(row)),
        None,
    )
    if shown is None:
        return Line(name, LIGHT.other, "", HIDDEN if rows["suppressed"].any() else say("report_figures.nobody"))
    lower, upper = interval_of(shown)
    if shown["n_observed"] < fewest:
        return Line(name, LIGHT.other, "", too_few_words(shown), (None, lower, upper))
    quiet = say("report_figures.followed_up", n=count(shown["n_observed"]))
    if lower is not None and upper is not None:
        quiet = say("report_figures.apart").join([" to ".join(percent_bounds(lower, upper)), quiet])
    mark = (float(shown["estimate"]), lower, upper)
    band = (float(limits["lower"]), float(limits["upper"])) if limits is not None else None
    return Line(name, style, percent(shown["estimate"]), quiet, mark, band=band)
