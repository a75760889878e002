"""Difference: which result rows of two snapshots are not the same, and which definitions and settings are not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipelines.results.tables import records

KEYS = (
    "measure",
    "population",
    "condition",
    "scale",
    "window",
    "statistic",
    "change",
    "benchmark",
    "exposure",
    "level",
    "infusion",
    "day",
    "band",
    "early_window",
    "check",
    "site",
    "outcome",
    "phase",
    "quarter",
)
"""What tells the rows of a headline result table apart; no table has all of them."""
_COMPARED = ("rule_version", "estimate", "lower", "upper", "method", "verdict", "signal", "suppressed", "note")


@dataclass(frozen=True)
class ChangedRow:
    """A result row that is not the same in two tables.

    Attributes:
        key: what tells it apart from the others; empty keys left out.
        before, after: counts, estimate and what else is compared; None where the table has no such row.
    """

    key: Mapping[str, Any]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def changed(self) -> list[str]:
        """The columns whose values differ; none where a row is only in one of the tables."""
        if self.before is None or self.after is None:
            return []
        return [name for name in self.after if self.before.get(name) != self.after[name]]


def changed_rows(before: pd.DataFrame, after: pd.DataFrame) -> Iterator[ChangedRow]:
    """The rows that are not the same in two result tables of one measure, in the order of the later one.

    Values are compared exactly: equal counts give equal digits.
    """
    earlier, later = _by_key(before), _by_key(after)
    for key, values in later.items():
        if earlier.get(key) != values:
            yield ChangedRow(dict(key), earlier.get(key), values)
    for key, values in earlier.items():
        if key not in later:
            yield ChangedRow(dict(key), values, None)


def _by_key(table: pd.DataFrame) -> dict[tuple[tuple[str, Any], ...], dict[str, Any]]:
    found = {}
    for row in records(table):
        plain = {name: None if pd.isna(value) else value for name, value in row.items()}
        key = tuple((name, plain[name]) for name in KEYS if plain.get(name) is not None)
        values = {name: value for name, value in plain.items() if name.startswith("n_") or name in _COMPARED}
        if key in found:
            raise RuntimeError(f"{plain['measure']}: two rows are told apart by none of {', '.join(KEYS)}")
        found[key] = values
    return found


@dataclass(frozen=True)
class ChangedEntry:
    """A definition or setting that differs: where it stands, and what it says in each; None where it is absent."""

    path: str
    before: Any
    after: Any


def changed_entries(before: Any, after: Any, path: Sequence[str] = ()) -> Iterator[ChangedEntry]:
    """Where two trees of mappings differ, by path; lists are compared as wholes."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in [*after, *(name for name in before if name not in after)]:
            yield from changed_entries(before.get(name), after.get(name), [*path, str(name)])
    elif before != after:
        yield ChangedEntry(".".join(path), before, after)
