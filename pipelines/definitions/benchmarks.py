"""Published results that a program's own can be set beside: benchmarks.csv, and the reader that checks every row.

A result stands here only if its scale, rule, time and denominator are known: without one of them nothing can be
compared. What was judged otherwise is left out, and `DEVIATIONS.md` names it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from pipelines.definitions.bases import Cited, Identifier, Words, describe_validation

Share = Annotated[float, Field(ge=0, le=1)]


class Benchmark(Cited):
    """One published result.

    Attributes:
        measure: `response` and `remission` in a window; `onset`, the share that had ever responded by a day after the
            first infusion; `durability`, the share of responders still responding by a day after the first
            assessment that follows induction.
        rule: a response rule's id, or `remission`; `cut` is then the score that the source calls remission.
        window: a window's id, for response and remission; `by_day` for onset and durability.
        denominator: `observed`, those with an assessment then; `started`, all who were given it; `continued`, a
            Kaplan-Meier share, which takes those who left to be like those who stayed.
        estimate: a share from 0 to 1; `lower` and `upper` are its 95 % interval as published, if it was.
        n: how many the share is of, where published.
        population: whose result it is, in words.
        mark: `read` on a primary page or its abstract, `quoted` read in quotation, `by_citation` not re-read.
    """

    id: Identifier
    condition: Identifier
    scale: Identifier
    measure: Literal["response", "remission", "onset", "durability"]
    rule: Identifier
    cut: Words | None = None
    window: Identifier | None = None
    by_day: int | None = Field(default=None, gt=0)
    denominator: Literal["observed", "started", "continued"]
    estimate: Share
    lower: Share | None = None
    upper: Share | None = None
    n: int | None = Field(default=None, gt=0)
    population: Words
    mark: Literal["read", "quoted", "by_citation"]

    @model_validator(mode="after")
    def _the_time_suits_the_measure(self) -> Benchmark:
        is_in_window = self.measure in ("response", "remission")
        if (self.window is not None, self.by_day is not None) != (is_in_window, not is_in_window):
            raise ValueError(f"{self.measure} needs {'window' if is_in_window else 'by_day'}, and only that")
        if (self.measure == "remission") != (self.rule == "remission") or (self.cut is None) == (
            self.measure == "remission"
        ):
            raise ValueError("remission has rule 'remission' and a cut; the other measures have a response rule")
        return self

    @model_validator(mode="after")
    def _the_interval_holds_the_estimate(self) -> Benchmark:
        if (self.lower is None) != (self.upper is None):
            raise ValueError("give lower and upper, or neither")
        if self.lower is not None and self.upper is not None and not self.lower <= self.estimate <= self.upper:
            raise ValueError("needs lower <= estimate <= upper")
        return self


def read_benchmarks(path: Path, faults: list[str]) -> dict[str, Benchmark]:
    """The rows of a benchmarks.csv by id; what is wrong is added to `faults`, a line for each."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            columns = list(reader.fieldnames or [])
            rows = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        faults.append(f"{path.name}: not valid CSV: {error}")
        return {}
    unknown = [column for column in columns if column not in Benchmark.model_fields]
    faults.extend(f"{path.name}: {column}: no such column" for column in unknown)
    found: dict[str, Benchmark] = {}
    for line, row in rows if not unknown else ():
        faults.extend(f"{path.name}: line {line}: {fault}" for fault in _row_faults(row, found))
    return found


def _row_faults(row: dict[str, Any], found: dict[str, Benchmark]) -> Iterator[str]:
    """Adds the row to `found`, or says what is wrong with it."""
    if None in row or None in row.values():
        yield "has more or fewer cells than the header"
        return
    try:
        benchmark = Benchmark.model_validate({name: cell for name, cell in row.items() if cell != ""})
    except ValidationError as error:
        yield from describe_validation(error)
        return
    if benchmark.id in found:
        yield f"id: '{benchmark.id}' comes twice"
    found[benchmark.id] = benchmark
