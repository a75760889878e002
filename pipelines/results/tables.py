"""The shape that all result tables share, and the pieces that fill it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.filters import Filters

if TYPE_CHECKING:
    from pipelines.published import Published

Rows = list[dict[str, Any]]

LEADING = ("measure", "population", "condition", "scale", "window", "statistic", "rule_version")
NO_SCALE = "none"
"""The scale of a result that rests on no score."""
TRAILING = ("estimate", "lower", "upper", "method", "suppressed", "note")


def result_table(
    rows: Sequence[Mapping[str, object]], by: Sequence[str], counts: Sequence[str], figures: Sequence[str] = ()
) -> pd.DataFrame:
    """A result table in its fixed order of columns.

    Args:
        rows: one mapping for each result; what is absent is empty.
        by: group columns beyond condition.
        counts: the count columns, `n_...`.
        figures: further columns of numbers, such as `p_value`.
    """
    groups = [name for name in by if name != "condition"]
    columns = [*LEADING, *groups, *counts, *figures, *TRAILING]
    table = pd.DataFrame([dict(row) for row in rows], columns=columns)
    table["suppressed"] = table["suppressed"].eq(True)
    for count in counts:
        table[count] = table[count].astype("Int64")
    for estimate in (*figures, "estimate", "lower", "upper"):
        table[estimate] = table[estimate].astype("float64")
    table["note"] = table["note"].fillna("")
    return table


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as mappings: what `to_dict("records")` gives, column by column, which is quicker."""
    columns = [_plain(column) for _, column in frame.items()]
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _plain(column: pd.Series) -> list[Any]:
    values: list[Any] = column.tolist()
    return [None if value is pd.NA else value for value in values]


def plain(value: object) -> object:
    """A cell as JSON knows it."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]  # cells are scalars
        return None
    return value.item() if hasattr(value, "item") else value


def group_columns(by: Sequence[str]) -> list[str]:
    """`condition` first, then the other groups: what every published sum is keyed by."""
    return ["condition", *(name for name in by if name != "condition")]


def condition_order(frame: pd.DataFrame, published: Published) -> pd.DataFrame:
    """Rows with conditions in their fixed order, other groups as they came."""
    order = {condition.id: position for position, condition in enumerate(published.definitions.ordered_conditions())}
    return frame.sort_values("condition", key=lambda column: column.map(order), kind="stable")


def started_groups(
    published: Published, filters: Filters, by: Sequence[str]
) -> Iterator[tuple[dict[str, Any], int, Rows]]:
    """For each condition and group in which a course started: its values, the courses, and rows of their baselines."""
    keys = group_columns(by)
    baselines_of = rows_by_group(published.baselines(filters, by), keys)
    for group in records(condition_order(published.started(filters, by), published)):
        where = {key: group[key] for key in keys}
        yield where, int(group["n_started"]), baselines_of(*where.values())


def frames_by_group(frame: pd.DataFrame, keys: Sequence[str]) -> Callable[..., pd.DataFrame]:
    """A function from the values of the keys, in their order, to the rows that have them; none for other values."""
    groups: dict[Any, pd.DataFrame] = dict(list(frame.groupby(list(keys), sort=False, dropna=False)))
    nothing = frame.iloc[:0]
    return lambda *values: groups.get(values, nothing)


def rows_by_group(frame: pd.DataFrame, keys: Sequence[str]) -> Callable[..., Rows]:
    """The same with the rows as mappings, quick where there are many small groups."""
    groups: dict[tuple[Any, ...], Rows] = {}
    for row in records(frame):
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return lambda *values: groups.get(values, [])


def total(rows: Rows, column: str) -> int:
    """The sum of a count."""
    return sum(int(row[column]) for row in rows)


def totals_by_scale(rows: Rows, column: str) -> dict[str, int]:
    """The sum of a count for each measured scale, in the order of their names."""
    totals: dict[str, int] = {}
    for row in rows:
        totals[str(row["measured_scale"])] = totals.get(str(row["measured_scale"]), 0) + int(row[column])
    return dict(sorted(totals.items()))


def scales_note(counts: Mapping[str, int]) -> str:
    """Which scales were counted, each with its n."""
    return ", ".join(f"{scale}: {count:,}" for scale, count in counts.items())


def few_note(n_observed: int, definitions: Definitions) -> str:
    """What to say of a result that rests on too few; nothing where they are enough."""
    few = n_observed < definitions.outcomes.display.fewest_for_a_sentence
    return f"too few to say: {n_observed} followed up" if few else ""


def clustering_note(population: str) -> str:
    """What to say of intervals where a patient may count more than once."""
    return "intervals ignore that a patient may count more than once" if population.startswith("repeat") else ""


def joined_notes(*notes: str) -> str:
    """Notes one after the other."""
    return "; ".join(note for note in notes if note)
