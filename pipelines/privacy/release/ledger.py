"""What earlier packs released: rows with all their values, and how quarters and sites were joined."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from pipelines.privacy.release.cohorts import CORE, cohort_of, counts_shown, row_key, tells_little

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import Policy
    from pipelines.privacy.release.plan import ReleasePlan

Row = Mapping[str, Any]
STANDING = "release"
"""The column that says how a row stands beside earlier packs."""
NEW, AS_RELEASED, REVISED, SUMMED = "new", "as released", "revised", "sum of released"
_FORMAT = 1


class Span(NamedTuple):
    """Quarters over which sites were shown, the sites as they were joined, and the counts of `CORE` that were shown."""

    quarters: tuple[str, ...]
    sites: tuple[tuple[str, ...], ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Ledger:
    """What earlier packs released.

    Attributes:
        rows: released rows with all their values, hidden and empty ones as None; of each key the latest.
        pools, columns, spans: of each condition, as they were planned; the oldest first.
    """

    rows: tuple[Row, ...] = ()
    pools: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> Mapping[tuple[str, ...], Row]:
        """The released rows by `row_key`; every table of a pack is set beside them."""
        return {row_key(row): row for row in self.rows}

    def as_json(self) -> str:
        """The ledger as text; the same ledger gives the same bytes."""
        held = {
            "format": _FORMAT,
            "rows": [dict(row) for row in self.rows],
            "pools": dict(self.pools),
            "columns": dict(self.columns),
            "spans": {name: [span._asdict() for span in spans] for name, spans in self.spans.items()},
        }
        return json.dumps(held, indent=1, sort_keys=True, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Ledger:
        """What `as_json` wrote."""
        held = json.loads(text)
        return cls(
            rows=tuple(held["rows"]),
            pools={name: tuple(map(tuple, pools)) for name, pools in held["pools"].items()},
            columns={name: tuple(columns) for name, columns in held["columns"].items()},
            spans={
                name: tuple(
                    Span(tuple(span["quarters"]), tuple(map(tuple, span["sites"])), tuple(span["columns"]))
                    for span in spans
                )
                for name, spans in held["spans"].items()
            },
        )

    def with_release(self, plan: ReleasePlan, rows: pd.DataFrame) -> Ledger:
        """The ledger after a pack of these rows, as they were released at last."""
        held = {**self.by_key, **{row_key(row): row for row in map(_plain, rows.to_dict("records"))}}
        spans = dict(self.spans)
        for name, planned in plan.conditions.items():
            span = Span(planned.site_quarters, planned.sites, planned.site_columns)
            if span.sites and span not in spans.get(name, ()):
                spans[name] = (*spans.get(name, ()), span)
        shown = {name: planned for name, planned in plan.conditions.items() if planned.pools}
        return Ledger(
            rows=tuple(held.values()),
            pools={**self.pools, **{name: planned.pools for name, planned in shown.items()}},
            columns={**self.columns, **{name: planned.columns for name, planned in shown.items()}},
            spans=spans,
        )

    def quarters_told(self, condition: str) -> frozenset[str]:
        """Quarters of which it was released alone how many courses began."""
        cohorts = (cohort_of(row) for row in self._of_program(condition) if row.get("n_started") is not None)
        return frozenset(quarter for cohort in cohorts if len(cohort.quarters) == 1 for quarter in cohort.quarters)

    def has_drifted(
        self, condition: str, of: Mapping[str, Mapping[str, int]], quarters: Sequence[str], policy: Policy
    ) -> bool:
        """Whether late data changed a released cohort of these quarters by a small number.

        Args:
            of: the counts of `CORE` of each quarter as they are now.
        """
        for row in self._of_program(condition):
            within = cohort_of(row).quarters
            if row.get("measure") != "response" or row.get("statistic") != "observed" or not within <= {*quarters}:
                continue
            before = {name: n for name, n in counts_shown(row).items() if name in CORE}
            now = {name: sum(of.get(quarter, {}).get(name, 0) for quarter in within) for name in before}
            change = {name: policy.rounded(now[name]) - before[name] for name in before}
            if not tells_little(change, frozenset(before), policy, is_over_time=True):
                return True
        return False

    def _of_program(self, condition: str) -> list[Row]:
        return [row for row in self.rows if row.get("condition") == condition and not row.get("sites")]


NOTHING_RELEASED = Ledger()


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A row as JSON holds it: numbers and texts as they are, what is hidden or empty as None."""
    return {str(name): _plain_value(value) for name, value in row.items() if name != STANDING}


def _plain_value(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and not np.isfinite(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value
