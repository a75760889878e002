"""The reference rate that a response rate is set beside: the program's own for a condition, else a published result."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pipelines.definitions import Definitions
from pipelines.definitions.benchmarks import Benchmark

_OF = {"observed": "of those followed up alone", "started": "of all who were given it"}


@dataclass(frozen=True)
class Reference:
    """A rate to compare with, and what it is in words."""

    rate: float
    words: str


def reference_rate(
    definitions: Definitions, condition: str, rule: str, window: str, scale: str, measured: Collection[str]
) -> Reference | None:
    """The reference for a response rate; None where nothing is measured alike.

    A rate that the program states comes first. Otherwise the published result on the same scale, by the same rule, in
    the same window; one of all who were given the treatment before one of those followed up, which is another kind of
    denominator and said to be, and among equals the one of more people.

    Args:
        scale: the scale asked for, or `primary`.
        measured: the scales that the courses were measured on; a published result is on one.
    """
    outcomes = definitions.outcomes
    own = outcomes.tipping_point.references.get(condition)
    if own is not None:
        own_rule = own.rule or definitions.conditions[condition].headline_response
        if (own.scale, own_rule, own.window or outcomes.headline_window) == (scale, rule, window):
            return Reference(own.rate, f"stated by the program: {own.citation}")
    alike = [
        benchmark
        for benchmark in definitions.benchmarks
        if benchmark.measure == "response"
        and (benchmark.condition, benchmark.rule, benchmark.window) == (condition, rule, window)
        and {benchmark.scale} == set(measured)
    ]
    return _of_published(max(alike, key=_preference)) if alike else None


def _preference(benchmark: Benchmark) -> tuple[bool, int, str]:
    return benchmark.denominator == "started", benchmark.n or 0, benchmark.id


def _of_published(benchmark: Benchmark) -> Reference:
    return Reference(float(benchmark.estimate), f"published {_OF[benchmark.denominator]}: {benchmark.citation}")
