"""What the figures of a pack draw, as released: points with their intervals, steps of curves, numbers at risk.

Nothing is computed here. A value that was withheld is no point, and a step that was withheld is no step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.words.numbers import is_known
from pipelines.words.report_tables import COHORT

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.reports.pack import FigureKind, Pack, PackFigure, Part

MET = ("n_responded", "n_in_remission", "n_met", "n_with")
OF = ("n_observed", "n_recorded", "n_assessed")


@dataclass(frozen=True)
class Drawn:
    """A figure with the rows that it draws.

    Attributes:
        condition: whose it is; empty where it is about all.
        part: that it stands in, with its sentences.
    """

    figure: PackFigure
    condition: str
    rows: pd.DataFrame
    part: Part


@dataclass(frozen=True)
class Point:
    """An estimate with its interval.

    Attributes:
        name: what it is of.
        condition: whose colour it has.
        estimate, lower, upper: None where withheld or not known.
        n_met, n: the counts that it rests on; None where hidden, or where it rests on others.
    """

    name: str
    condition: str
    estimate: float | None
    lower: float | None
    upper: float | None
    n_met: int | None = None
    n: int | None = None


@dataclass(frozen=True)
class Step:
    """From this day on a curve stands here."""

    day: float
    estimate: float
    lower: float | None
    upper: float | None


def labels(pack: Pack) -> dict[str, str]:
    """The conditions of a pack in words, by their ids."""
    titles = {section.condition: section.title for section in pack.sections if section.condition}
    return {condition: titles.get(condition, condition.replace("_", " ")) for condition in pack.about.conditions}


def drawn(pack: Pack, kind: FigureKind, measure: str, topic: str = "") -> list[Drawn]:
    """The figures of one kind and measure, in their order.

    Args:
        topic: what their tables are named after, where tables of several topics hold the measure.
    """
    found = []
    for part in (part for section in pack.sections for part in section.parts):
        for figure in part.figures:
            rows = rows_drawn(pack, figure)
            is_asked = figure.kind == kind and figure.table.startswith(topic)
            if is_asked and len(rows) and str(rows["measure"].iloc[0]) == measure:
                conditions = set(rows["condition"]) if "condition" in rows else set()
                condition = str(next(iter(conditions))) if len(conditions) == 1 else ""
                found.append(Drawn(figure, condition, rows, part))
    return found


def rows_drawn(pack: Pack, figure: PackFigure) -> pd.DataFrame:
    """The released rows that a figure draws."""
    frame = pack.tables[figure.table].frame
    if figure.cohort is None or COHORT not in frame:
        return frame
    return frame[frame[COHORT] == figure.cohort]


def cohorts_in(rows: pd.DataFrame) -> list[str]:
    """The cohorts of a table, in their order; one without a name where there are none."""
    return [str(name) for name in dict.fromkeys(rows[COHORT])] if COHORT in rows else [""]


def of_cohort(rows: pd.DataFrame, cohort: str) -> pd.DataFrame:
    """The rows of a cohort; all where there are none."""
    return rows[rows[COHORT] == cohort] if COHORT in rows else rows


def cohort_alone(cohort: str) -> str:
    """`2026-Q2` of `2026-Q2 (final)`: a label of a chart has no room for more."""
    return cohort.partition(" (")[0]


def points(rows: pd.DataFrame, statistic: str, name: str) -> list[Point]:
    """The rows of one statistic as points, each named by a column."""
    return [point(row, str(row[name])) for row in rows[rows["statistic"] == statistic].to_dict("records")]


def outcomes(figures: Sequence[Drawn], which: int, named: Mapping[str, str]) -> tuple[list[Point], list[str]]:
    """One cohort of each condition as points, named after both where cohorts differ; and these cohorts.

    Args:
        figures: of rates, one a condition.
        which: of the cohorts of a figure: the first is the newest, the last the largest.
        named: conditions in words.
    """
    cohorts = {figure.condition: cohorts_in(figure.rows)[which] for figure in figures}
    differ = len(set(cohorts.values())) > 1
    found = []
    for figure in figures:
        cohort, label = cohorts[figure.condition], named.get(figure.condition, figure.condition)
        name = f"{label}, {cohort_alone(cohort)}" if differ else label
        own = points(of_cohort(figure.rows, cohort), "observed", "condition")
        found += [replace(made, name=name) for made in own]
    return found, list(dict.fromkeys(cohorts.values()))


def point(row: Any, name: str) -> Point:
    """A row as a point."""
    estimate, lower, upper = (_known(row[end]) for end in ("estimate", "lower", "upper"))
    return Point(name, str(row["condition"]), estimate, lower, upper, _count(row, MET), _count(row, OF))


def steps(rows: pd.DataFrame, statistic: str = "interval_censored") -> list[Step]:
    """The steps of a curve as far as they are released."""
    known = rows[(rows["statistic"] == statistic) & rows["estimate"].notna()].sort_values("day", kind="stable")
    return [
        Step(float(row["day"]), float(row["estimate"]), _known(row["lower"]), _known(row["upper"]))
        for row in known.to_dict("records")
    ]


def corners(curve: Sequence[Step], end: str = "estimate") -> list[tuple[float, float]]:
    """The corners of a curve: each step holds its height until the next day, then goes upright.

    Every day but the first stands twice even where nothing changes, so that a curve and the ends of its interval have
    equally many corners: LibreOffice leaves out a series that is shorter than others.
    """
    made: list[tuple[float, float]] = []
    for step in curve:
        height = getattr(step, end)
        if height is None:
            continue
        if made:
            made.append((step.day, made[-1][1]))
        made.append((step.day, height))
    return made


def at_risk(rows: pd.DataFrame) -> dict[float, int | None]:
    """How many were at risk by day; None where that is hidden."""
    own = rows[(rows["statistic"] == "at_risk") & rows["day"].notna()]
    return {float(row["day"]): _count(row, ("n_at_risk",)) for row in own.to_dict("records")}


def trend_points(rows: pd.DataFrame) -> Iterator[Point]:
    """The quarters of a process chart."""
    yield from points(rows, "point", "quarter")


def limits(rows: pd.DataFrame) -> Point | None:
    """Mean and limits of the last phase of a process chart; None where there are too few quarters."""
    found = points(rows, "limits", "phase")
    return found[-1] if found and found[-1].lower is not None else None


def _known(value: Any) -> float | None:
    return float(value) if is_known(value) else None


def _count(row: Any, names: Sequence[str]) -> int | None:
    return next((int(row[name]) for name in names if name in row and is_known(row[name])), None)
