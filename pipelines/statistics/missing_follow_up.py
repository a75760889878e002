"""A rate among all who were due when some were lost: standardised along the bands that were seen before they left.

Every course is a chain over the windows in the order of time: the band of change seen in each window, or none. At each
step the shares of the bands, given the bands at the two windows before, are those among the courses still observed;
they are applied to all. That is the g-formula (Robins 1986, Mathematical Modelling 7:1393-1512) for leaving that
depends on the bands seen last. It rests on those lost being like those who stayed with the same two bands.

Two conventions make the chains whole. A window missed before a later one was seen carries the last band seen, or "no
band yet" where none was, a state of its own; so a course counts as observed up to the last window in which it was seen.
And where nobody with the same two bands stayed, those with the same last band stand for them, then all who stayed.

The rate is worked out from the end: the chance to meet the rule in the last window given the two bands before it, then
its mean over where those with each pair of bands went, back to the pair with which each lost course was seen last.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.band_chains import LOST, Chains, Rated, merged_chains, rated

Conclusion = Literal["above", "includes", "below"]

_CELLS_IN_MEMORY = 4_000_000
_PERCENTAGE_POINTS = 100


@dataclass(frozen=True)
class Standardised:
    """A rate standardised over those lost; fractions, NaN where nothing can be said.

    Attributes:
        estimate: the share of all due that would have met the rule, were those lost like those who stayed.
        n_due: courses observed or lost in the last window.
        n_lost: those lost.
        n_by_last_band: of the lost, for how many nobody with the same two bands stayed at some step, and somebody with
            the same last band did. A part of a course counts where only some of its ways led there.
        n_by_margin: for how many nobody with the same last band stayed either.
    """

    estimate: float
    n_due: int
    n_lost: int
    n_by_last_band: float
    n_by_margin: float


@dataclass(frozen=True)
class Interval:
    """A rate and its interval; fractions.

    Attributes:
        lower, upper: NaN where all observed met the rule, or none did: drawing from them again shows no spread.
    """

    estimate: float
    lower: float
    upper: float

    def against(self, reference: float) -> Conclusion | None:
        """How the interval lies to a reference rate; None without an interval."""
        if np.isnan(self.lower):
            return None
        return "above" if self.lower > reference else "below" if self.upper < reference else "includes"


@dataclass(frozen=True)
class TippingPoint:
    """How far the lost must fall short of what those like them did, until a conclusion changes.

    Attributes:
        conclusion: how the interval lies to the reference as standardised; None without an interval.
        delta: the least whole percentage points, as a fraction, by which the chance of each lost course to meet the
            rule has to be lower (never below 0) for another conclusion; None where none does.
        changed: the conclusion then, and `at_delta` the rate with its interval; None where none does.
    """

    conclusion: Conclusion | None
    delta: float | None
    changed: Conclusion | None
    at_delta: Interval | None


@dataclass(frozen=True)
class ResampledChains:
    """Chains with their bootstrap, from which intervals and tipping points are read.

    Attributes:
        standardised: the estimate and what it rests on.
        confidence: coverage of the intervals.
        own: the chains as they are, a single row each: courses that met the rule, and for each kind of lost course how
            many there are and their chance to meet it.
        drawn: the same for each replicate, a row each.
    """

    standardised: Standardised
    confidence: float
    own: Rated
    drawn: Rated

    def rate(self, delta: float = 0.0) -> Interval:
        """The standardised rate and its percentile interval, the lost with chances lower by `delta`.

        Ends are order statistics of the replicates, rounded outwards, and hold the estimate. A replicate without
        anyone observed says nothing: it counts as 0 for the lower end and as 1 for the upper.
        """
        estimate = float(self.own.rates(delta)[0])
        n_observed = self.standardised.n_due - self.standardised.n_lost
        if self.own.n_met[0] in (0, n_observed):
            return Interval(estimate, nan, nan)
        rates = self.drawn.rates(delta)
        tail = (len(rates) - 1) * (1 - self.confidence) / 2
        low, high = int(np.floor(tail)), int(np.ceil(len(rates) - 1 - tail))
        lower, upper = np.sort(np.nan_to_num(rates, nan=0.0))[low], np.sort(np.nan_to_num(rates, nan=1.0))[high]
        return Interval(estimate, min(float(lower), estimate), max(float(upper), estimate))

    def tipping_point(self, reference: float) -> TippingPoint:
        """By how much the chances of the lost must be lower until the interval lies otherwise to a reference rate.

        All rates fall as delta grows, so that a conclusion that has changed stays changed up to the next one, and
        the least delta is found by halving. What already lies below the reference cannot change this way.

        References:
            Delta adjustment: Carpenter, Kenward (2013), Multiple Imputation and its Application, chapter 10.
        """
        conclusion = self.rate().against(reference)
        if conclusion is None or self.rate(1.0).against(reference) == conclusion:
            return TippingPoint(conclusion, None, None, None)
        same, other = 0, _PERCENTAGE_POINTS
        while other - same > 1:
            middle = (same + other) // 2
            if self.rate(middle / _PERCENTAGE_POINTS).against(reference) == conclusion:
                same = middle
            else:
                other = middle
        delta = other / _PERCENTAGE_POINTS
        at_delta = self.rate(delta)
        return TippingPoint(conclusion, delta, at_delta.against(reference), at_delta)


def standardised_rate(bands: ArrayLike, met: ArrayLike, count: ArrayLike) -> Standardised:
    """The standardised rate, without an interval.

    With nothing missing in the last window it equals the observed rate exactly; it always lies between the bounds (no
    lost course, or every one, meeting the rule). The order of rows does not matter, nor whether equal rows are merged.

    Args:
        bands: the band of change in each window before the last, in the order of time: whole numbers from 1, or
            `NOT_SEEN`; shape (k, windows), where there may be no window.
        met: in the last window 1 where the rule was met, 0 where it was not, `LOST` where it was missed; shape (k,).
            Courses whose last window is pending, or has no place in time, are not given.
        count: courses with each chain, whole numbers from 0; shape (k,).

    Raises:
        ValueError: shapes do not fit, or a value is none of those above.
    """
    chains = merged_chains(bands, met, count)
    return _standardised(chains, rated(chains, chains.count[None, :]))


def resampled_chains(
    bands: ArrayLike, met: ArrayLike, count: ArrayLike, *, replicates: int, seed: int, confidence: float = 0.95
) -> ResampledChains:
    """The standardised rate with a multinomial bootstrap of the chains; arguments as in `standardised_rate`.

    Equal chains are merged and sorted before anything is drawn, so that equal input gives equal digits.

    Args:
        replicates: how often all courses due are drawn again, at least 1.
        seed: of the generator of random numbers.
        confidence: coverage of the intervals, between 0 and 1; two-sided.

    Raises:
        ValueError: as for `standardised_rate`, or confidence is not between 0 and 1.

    References:
        Efron, Tibshirani (1993), An Introduction to the Bootstrap, chapter 13, for percentile intervals.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    chains = merged_chains(bands, met, count)
    own = rated(chains, chains.count[None, :])
    n = int(chains.count.sum())
    generator = np.random.Generator(np.random.PCG64(seed))
    chunk = max(1, _CELLS_IN_MEMORY // max(1, chains.count.size))
    parts = [
        rated(chains, generator.multinomial(n, chains.count / n, size=min(chunk, replicates - begin)))
        for begin in range(0, replicates if n else 0, chunk)
    ]
    return ResampledChains(_standardised(chains, own), confidence, own, Rated.joined(parts) if parts else own)


def _standardised(chains: Chains, own: Rated) -> Standardised:
    return Standardised(
        estimate=float(own.rates(0.0)[0]),
        n_due=int(chains.count.sum()),
        n_lost=int(chains.count[chains.met == LOST].sum()),
        n_by_last_band=float(own.n_by_last_band[0]),
        n_by_margin=float(own.n_by_margin[0]),
    )
