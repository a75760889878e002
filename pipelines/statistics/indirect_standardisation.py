"""Rates of groups with different case mix, each beside what its own mix lets one expect."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.statistics.proportions import wilson_interval

Path = tuple[Hashable, ...]


@dataclass(frozen=True)
class StandardisedRates:
    """Indirectly standardised rates; all as fractions, in the order of `groups`.

    Attributes:
        groups: the distinct groups, sorted.
        successes, trials: their sums.
        expected: the rate that a group's case mix lets one expect: its trials by stratum times the strata's rates.
        adjusted: observed over expected, times the overall rate; at most 1.
        lower, upper: its interval.
        overall: the rate of all groups together.
    """

    groups: tuple[Hashable, ...]
    successes: NDArray[np.int64]
    trials: NDArray[np.int64]
    expected: NDArray[np.float64]
    adjusted: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    overall: float


def standardised_rates(
    groups: Sequence[Hashable],
    strata: Sequence[Hashable],
    successes: Sequence[int],
    trials: Sequence[int],
    confidence: float = 0.95,
) -> StandardisedRates:
    """Indirect standardisation: observed over expected, times the overall rate.

    The standard is the groups themselves, all together, so that the expected of all groups add up to the observed.
    With the expected count taken as known, the interval is that of Wilson for the observed rate, carried over by the
    same factor: outcomes here are common, and an interval for a Poisson count (Byar's, or the exact one), which is
    usual where events are rare, would be too wide by a factor near 1 / sqrt(1 - rate) and could end beyond 1. Where
    the rates of strata differ, it is a little wider than need be. A group that alone makes up a stratum is compared
    with itself there.

    Args:
        groups, strata: of each row; any number of rows may be of one group and stratum.
        successes, trials: whole numbers of each row.
        confidence: coverage, a fraction.

    Returns:
        NaN for a group without trials, and for one of which nothing is expected.

    Raises:
        ValueError: lengths differ.

    References:
        Breslow, Day (1987), Statistical Methods in Cancer Research II, ch. 2, for O/E with E as known. Wilson (1927),
        JASA 22:209-212. Keiding, Clayton (2014), Stat Sci 29:529-558, for what the method cannot do: two adjusted
        rates are each compared with the standard, not with one another.
    """
    names, row_of = _numbered(groups)
    labels, column_of = _numbered(strata)
    met, counted = np.zeros((2, len(names), len(labels)), dtype=np.int64)
    np.add.at(met, (row_of, column_of), np.asarray(successes, dtype=np.int64))
    np.add.at(counted, (row_of, column_of), np.asarray(trials, dtype=np.int64))
    x, n = met.sum(axis=1), counted.sum(axis=1)
    in_stratum = counted.sum(axis=0)
    rates = np.divide(met.sum(axis=0), in_stratum, out=np.zeros(len(labels)), where=in_stratum > 0)
    expected = np.divide((counted * rates).sum(axis=1), n, out=np.full(len(names), np.nan), where=n > 0)
    overall = float(x.sum() / n.sum()) if n.sum() else float("nan")
    factor = np.divide(overall, expected, out=np.full(len(names), np.nan), where=expected > 0)
    lower, upper = wilson_interval(x, n, confidence)
    observed = np.divide(x, n, out=np.full(len(names), np.nan), where=n > 0)
    return StandardisedRates(
        groups=names,
        successes=x,
        trials=n,
        expected=expected,
        adjusted=np.minimum(observed * factor, 1),
        lower=np.minimum(lower * factor, 1),
        upper=np.minimum(upper * factor, 1),
        overall=overall,
    )


def merged_strata(paths: Sequence[Path], trials: Sequence[int], fewest: int) -> list[Path]:
    """Strata that hold enough: those with fewer are put together one step up, and again as long as they are too few.

    A path names a stratum from the widest to the narrowest, as (scale, band, resistant). Strata with fewer than
    `fewest` trials that share all but the last step become one, which is named by what they share; it stands beside the
    strata that hold enough and never takes from them. At the top whatever is left is one stratum, however small.

    Args:
        paths: of each row, all of one length.
        trials: whole numbers of each row.
        fewest: a stratum must hold so many.

    Returns:
        The stratum of each row: its path, or the beginning of it that it was put together by.
    """
    current = list(paths)
    for length in range(max((len(path) for path in paths), default=0), 0, -1):
        held: dict[Path, int] = {}
        for path, n in zip(current, trials, strict=True):
            held[path] = held.get(path, 0) + n
        current = [path[:-1] if len(path) == length and held[path] < fewest else path for path in current]
    return current


def _numbered(values: Sequence[Hashable]) -> tuple[tuple[Hashable, ...], NDArray[np.int64]]:
    """The distinct values in a fixed order, and the place of each value in it."""
    names = tuple(sorted(set(values), key=repr))
    place = {name: position for position, name in enumerate(names)}
    return names, np.asarray([place[value] for value in values], dtype=np.int64)
