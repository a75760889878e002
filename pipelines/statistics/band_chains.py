"""Chains of bands over the windows, and what two bands in a row lead to: the arithmetic of `missing_follow_up`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NOT_SEEN = 0
"""In `bands`: no band was seen in the window."""
LOST = -1
"""In `met`: the last window was missed."""


@dataclass(frozen=True)
class Chains:
    """Distinct chains in sorted order, carried forward and cut off where the course was seen last.

    Attributes:
        state: "no band yet" twice, then the band carried in each window before the last, shape (k, windows + 2).
        last: up to which window the course counts as observed, from 0 for none to windows + 1, shape (k,).
        met: shape (k,).
        count: shape (k,).
        n_states: bands and "no band yet".
    """

    state: Integers
    last: Integers
    met: Integers
    count: Integers
    n_states: int

    @property
    def n_steps(self) -> int:
        """Windows, the last one included."""
        return int(self.state.shape[1]) - 1

    def pair(self, step: int) -> Integers:
        """The two bands before a step, as one number, shape (k,); steps count from 0."""
        return self.state[:, step] * self.n_states + self.state[:, step + 1]

    def reached(self, step: int) -> Integers:
        """What is seen at a step: the band, or in the last window whether the rule was met; shape (k,)."""
        return self.met if step == self.n_steps - 1 else self.state[:, step + 2]


@dataclass(frozen=True)
class Rated:
    """All that the rate needs for any delta; a row for each replicate.

    Attributes:
        n_due, n_met: courses, and those observed to meet the rule, shape (r,).
        n_lost, chance: for each kind of lost course how many, and their chance to meet the rule, shape (r, m).
        n_by_last_band, n_by_margin: as in `Standardised`, shape (r,).
    """

    n_due: Floats
    n_met: Floats
    n_lost: Floats
    chance: Floats
    n_by_last_band: Floats
    n_by_margin: Floats

    @staticmethod
    def joined(parts: Sequence[Rated]) -> Rated:
        """Replicates one after the other."""
        return Rated(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Rated)))

    def rates(self, delta: float) -> Floats:
        """The standardised rate of each replicate; NaN where nobody is due, or the lost have nobody to be like."""
        chances = np.where(self.n_lost > 0, np.maximum(self.chance - delta, 0.0), 0.0)
        with np.errstate(invalid="ignore"):
            rates: Floats = (self.n_met + (self.n_lost * chances).sum(axis=1)) / self.n_due
        return rates


def merged_chains(bands: ArrayLike, met: ArrayLike, count: ArrayLike) -> Chains:
    """Chains carried forward, merged and sorted.

    Args:
        bands: the band in each window before the last, from 1, or `NOT_SEEN`; shape (k, windows).
        met: in the last window 1 or 0, or `LOST`; shape (k,).
        count: courses with each chain, shape (k,).

    Raises:
        ValueError: shapes do not fit, or a value is none of those above.
    """
    seen, result, n = (np.asarray(values, dtype=np.int64) for values in (bands, met, count))
    if seen.ndim != 2 or result.shape != (len(seen),) or n.shape != (len(seen),):
        raise ValueError(
            f"bands, met and count must have shapes (k, windows), (k,) and (k,), got {seen.shape}, {result.shape} "
            f"and {n.shape}"
        )
    if np.any(seen < NOT_SEEN) or not np.isin(result, (LOST, 0, 1)).all() or np.any(n < 0):
        raise ValueError("bands must be 0 or more, met -1, 0 or 1, and count 0 or more")
    window = np.arange(1, seen.shape[1] + 1)
    latest = np.maximum.accumulate(np.where(seen > NOT_SEEN, window, 0), axis=1)
    carried = np.where(latest > 0, np.take_along_axis(seen, np.maximum(latest - 1, 0), axis=1), NOT_SEEN)
    last = np.where(result == LOST, latest.max(axis=1, initial=0), len(window) + 1)
    known = np.where(window <= last[:, None], carried, NOT_SEEN)
    distinct, position = np.unique(np.column_stack([last, result, known])[n > 0], axis=0, return_inverse=True)
    counts = np.zeros(len(distinct), dtype=np.int64)
    np.add.at(counts, position.ravel(), n[n > 0])
    return Chains(
        state=np.column_stack([np.full((len(distinct), 2), NOT_SEEN), distinct[:, 2:]]),
        last=distinct[:, 0],
        met=distinct[:, 1],
        count=counts,
        n_states=int(seen.max(initial=NOT_SEEN)) + 1,
    )


def rated(chains: Chains, drawn: Integers) -> Rated:
    """The lost by when and with which pair of bands they were seen last, and what that leads to.

    Args:
        drawn: courses with each chain, a row for each replicate, shape (r, k).
    """
    n_lost, leads_to = [], []
    # After the last window: not met, and met, whichever band was before.
    following = _LeadsTo(*(np.array(row, dtype=float) for row in ([[[0, 1]]], [[[0, 0]]], [[[0, 0]]])))
    for step in reversed(range(chains.n_steps)):
        pair, reached, n_reached = chains.pair(step), chains.reached(step), following.met.shape[2]
        moves = _sums(drawn, chains.last > step, pair * n_reached + reached, chains.n_states**2 * n_reached)
        found = _leads_to(moves.reshape(-1, chains.n_states, chains.n_states, n_reached), following)
        n_lost.append(_sums(drawn, chains.last == step, pair, chains.n_states**2))
        leads_to.append(found)
        following = found
    lost = np.concatenate(n_lost, axis=1)
    met, fallback, margin = (
        np.concatenate([getattr(found, name).reshape(len(drawn), -1) for found in leads_to], axis=1)
        for name in ("met", "fallback", "margin")
    )
    is_kind = lost.any(axis=0)
    n_by_margin = (lost * margin)[:, is_kind].sum(axis=1)
    return Rated(
        n_due=drawn.sum(axis=1).astype(float),
        n_met=drawn[:, chains.met == 1].sum(axis=1).astype(float),
        n_lost=lost[:, is_kind],
        chance=met[:, is_kind],
        n_by_last_band=(lost * fallback)[:, is_kind].sum(axis=1) - n_by_margin,
        n_by_margin=n_by_margin,
    )


def _sums(drawn: Integers, is_in: NDArray[np.bool_], group: Integers, n_groups: int) -> Floats:
    """Counts of the chains that are in, summed by group: shape (r, n_groups)."""
    columns = np.flatnonzero(is_in)
    member = sparse.csr_array(
        (np.ones(columns.size), (group[columns], np.arange(columns.size))), shape=(n_groups, columns.size)
    )
    sums: Floats = (member @ drawn[:, columns].T.astype(float)).T
    return sums


@dataclass(frozen=True)
class _LeadsTo:
    """What two bands in a row lead to; shape (r, first band, second band), r = 1 where all replicates share it.

    Attributes:
        met: the chance to meet the rule in the last window.
        fallback: the chance that from here on there is a step at which nobody with the same pair stayed.
        margin: the same, and nobody with the same last band stayed either.
    """

    met: Floats
    fallback: Floats
    margin: Floats


def _leads_to(moves: Floats, following: _LeadsTo) -> _LeadsTo:
    """What each pair before a step leads to, by what those with it went to.

    Args:
        moves: courses observed, by the pair before and what was reached; shape (r, first, second, reached).
        following: what the second band and what was reached lead to in turn.
    """
    of_band, of_all = moves.sum(axis=1), moves.sum(axis=(1, 2))
    n_pair, n_band, n_all = moves.sum(axis=3), of_band.sum(axis=2)[:, None, :], of_all.sum(axis=1)[:, None, None]

    def mean_by_pair(value: Floats) -> Floats:
        return _divided((moves * value[:, None, :, :]).sum(axis=3), n_pair)

    def mean_by_band(value: Floats) -> Floats:
        return _divided((of_band * value).sum(axis=2)[:, None, :], n_band)

    by_chance = _divided((of_all[:, None, :] * following.met).sum(axis=2)[:, None, :], n_all)
    otherwise = np.where(n_band > 0, mean_by_band(following.met), by_chance)
    otherwise_margin = np.where(n_band > 0, mean_by_band(following.margin), 1.0)
    return _LeadsTo(
        met=np.where(n_pair > 0, mean_by_pair(following.met), otherwise),
        fallback=np.where(n_pair > 0, mean_by_pair(following.fallback), 1.0),
        margin=np.where(n_pair > 0, mean_by_pair(following.margin), otherwise_margin),
    )


def _divided(part: Floats, whole: Floats) -> Floats:
    """Part of whole; NaN where there is no whole."""
    with np.errstate(invalid="ignore", divide="ignore"):
        quotient: Floats = part / whole
    return quotient
