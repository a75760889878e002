"""How the lines, records or resources of an export became rows: how many there are, and how many gave none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import duckdb

from pipelines.sources.dated.records import Origin, Rows


class LineCounts:
    """Counts lines by the label of their file or sheet."""

    def __init__(self) -> None:
        self._n_lines: dict[str, int] = {}
        self._read: dict[str, set[int]] = {}
        self._giving: dict[str, set[int]] = {}
        self._n_rows: Counter[str] = Counter()

    def read(self, label: str, n_lines: int, lines: Collection[int]) -> None:
        """Lines that were read; a label may come again with others.

        Args:
            n_lines: all that there are, those that a filter left out among them.
            lines: those that no filter left out, as the user sees them.
        """
        self._n_lines[label] = n_lines
        self._read.setdefault(label, set()).update(lines)

    def gave(self, rows: Rows, origins: Sequence[Origin]) -> None:
        """The rows that lines gave."""
        for table in (rows.courses, rows.infusions, rows.scores):
            for row in table:
                self._n_rows[origins[row.origin].label] += 1
                for origin, line in row.lines:
                    self._giving.setdefault(origins[origin].label, set()).add(line)

    def land(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Puts the counts down in `landing.source_lines`."""
        for label, n_lines in self._n_lines.items():
            read = self._read[label]
            n_without_row = len(read - self._giving.get(label, set()))
            connection.execute(
                "insert into landing.source_lines values (?, ?, ?, ?, ?)",
                [label, n_lines, n_lines - len(read), n_without_row, self._n_rows[label]],
            )
