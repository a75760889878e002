"""What figures ask of a released table: which columns tell its lines apart, and what may be drawn of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipelines.look import LIGHT, Style
from pipelines.words.catalogue import catalogue, say
from pipelines.words.numbers import capitalised, is_known
from pipelines.words.report_tables import COHORT
from pipelines.words.statement import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_TELL_APART = ("condition", "measure", COHORT, "site", "change", "window")


def is_drawn(row: Row) -> bool:
    """Whether a row has an estimate that may be shown."""
    return not row["suppressed"] and is_known(row["estimate"])


def interval_of(row: Row) -> tuple[float | None, float | None]:
    """Both ends of its interval, or neither."""
    if is_known(row["lower"]) and is_known(row["upper"]):
        return float(row["lower"]), float(row["upper"])
    return None, None


def groups(
    frame: pd.DataFrame, labels: Mapping[str, str], apart: Sequence[str] = _TELL_APART
) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    """The rows of each line with its names: one for each column that tells lines apart, in the order of the table.

    Args:
        frame: a released table.
        labels: of conditions, by their ids.
        apart: the columns that may.
    """
    columns = [name for name in apart if name in frame and frame[name].nunique() > 1]
    if not columns:
        yield (), frame
        return
    for values, rows in frame.groupby(columns, sort=False, dropna=False):
        yield tuple(_name(column, str(value), labels) for column, value in zip(columns, values, strict=True)), rows


def style_of(rows: pd.DataFrame) -> Style:
    """The look of the condition that rows are about."""
    conditions = set(rows["condition"]) if "condition" in rows else set()
    return LIGHT.of(str(conditions.pop())) if len(conditions) == 1 else LIGHT.other


def _name(column: str, value: str, labels: Mapping[str, str]) -> str:
    if column == "condition":
        return labels.get(value, capitalised(value.replace("_", " ")))
    key = f"report_figures.{column}_{value.replace('-', '_')}"
    return say(key) if key in catalogue() else value
