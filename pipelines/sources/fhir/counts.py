"""How the resources of an export became rows, by type; and what the import has to say of those that did not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import duckdb

from pipelines.sources.dated.records import Rows
from pipelines.sources.fhir.assembly import Assembled

_TYPE_NAME = re.compile(r"[A-Z][A-Za-z]{2,40}")
_OTHER_TYPE = "of a type that FHIR does not name"
_STATUSES = (
    *("amended", "cancelled", "completed", "corrected", "entered-in-error", "final", "in-progress", "not-done"),
    *("on-hold", "preliminary", "preparation", "registered", "stopped", "unknown"),
)
"""FHIR R4: medication-admin-status, event-status, observation-status and questionnaire-answers-status."""


class ResourceCounts:
    """Counts resources by type."""

    def __init__(self) -> None:
        self._n_found: Counter[str] = Counter()
        self._left_out: Counter[tuple[str, str]] = Counter()
        self._n_giving: Counter[str] = Counter()
        self._n_rows: Counter[str] = Counter()
        self._types: list[str] = []

    def origin_of(self, type_name: str) -> int:
        """The place of the next origin, whose resources are of a type."""
        self._types.append(type_name)
        return len(self._types) - 1

    def found(self, type_name: str) -> None:
        """A resource was read."""
        self._n_found[type_name] += 1

    def left_out(self, type_name: str, why: str, n_resources: int = 1) -> None:
        """Resources were void, or not done."""
        self._left_out[type_name, why] += n_resources

    def left_out_of(self, origin: int, status: str, n_resources: int) -> None:
        """Resources were left out by their status; by the place of their origin."""
        self.left_out(self._types[origin], status_word(status), n_resources)

    def gave(self, rows: Rows, assembled: Assembled) -> None:
        """The rows that resources gave; those that became one with another gave its row."""
        places = set(assembled.merged)
        for table in (rows.courses, rows.infusions, rows.scores):
            for row in table:
                self._n_rows[self._types[row.origin]] += 1
                places.update(row.lines)
        self._n_giving.update(self._types[origin] for origin, _ in places)

    def land(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Puts the counts down in `landing.source_lines`."""
        n_left_out: Counter[str] = Counter()
        for (name, _), n_resources in self._left_out.items():
            n_left_out[name] += n_resources
        by_label: dict[str, list[int]] = {}
        for name, n_found in self._n_found.items():
            n_giving = self._n_giving[name]
            counts = by_label.setdefault(name if _TYPE_NAME.fullmatch(name) else _OTHER_TYPE, [0, 0, 0, 0])
            own = [n_found, n_left_out[name], n_found - n_left_out[name] - n_giving, self._n_rows[name]]
            counts[:] = [sum(pair) for pair in zip(counts, own, strict=True)]
        for label, counts in sorted(by_label.items()):
            connection.execute("insert into landing.source_lines values (?, ?, ?, ?, ?)", [label, *counts])

    def notes(self) -> Iterator[str]:
        """Which resources were left out, and why."""
        if self._left_out:
            told = (f"{name} {why} ({n:,})" for (name, why), n in sorted(self._left_out.items()))
            yield f"Left out by their status: {', '.join(told)}."


def status_word(status: object) -> str:
    """A status as it may be told: one that FHIR does not know may be anything, a name too."""
    return next((known for known in _STATUSES if known == status), "of an unknown status")
