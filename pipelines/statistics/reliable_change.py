"""Reliable change: is a change more than the error of a scale, given its standard deviation and its reliability?"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

CRITICAL = Fraction("1.96")
"""Beyond it, upwards or downwards, an index is reliable; as published, not the quantile 1.959964."""


def reliable_change_index(
    before: ArrayLike, after: ArrayLike, standard_deviation: float, reliability: float
) -> NDArray[np.float64]:
    """Each change in units of its own error: (after - before) / (SD sqrt(2 (1 - r))).

    A change is reliable where the index lies beyond `CRITICAL` upwards or downwards; at it, it is not.

    Args:
        before, after: scores in points, of one shape.
        standard_deviation: in points, of a published sample before treatment; never that of the courses judged, or
            what counts as reliable would depend on who was treated.
        reliability: from 0 to below 1, published; test-retest or internal consistency.

    Returns:
        The index in the shape of the scores, negative for a fall.

    Raises:
        ValueError: the standard deviation or the reliability is impossible.

    Source:
        Jacobson & Truax 1991, J Consult Clin Psychol 59:12.
    """
    _check(standard_deviation, reliability)
    change = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    index: NDArray[np.float64] = change / (standard_deviation * np.sqrt(2 * (1 - reliability)))
    return index


def points_to_exceed(standard_deviation: float, reliability: float) -> float:
    """The points that a reliable change must exceed: 1.96 * SD * sqrt(2 (1 - r)).

    Args:
        standard_deviation, reliability: as for `reliable_change_index`.

    Raises:
        ValueError: the standard deviation or the reliability is impossible.
    """
    _check(standard_deviation, reliability)
    return float(float(CRITICAL) * standard_deviation * np.sqrt(2 * (1 - reliability)))


def smallest_reliable_change(standard_deviation: Fraction, reliability: Fraction, step: Fraction) -> Fraction:
    """The smallest change that a scale can show and that is reliable, in whole steps and in exact arithmetic.

    Published points are rounded up to it. The index must exceed the critical value, so that a change of exactly
    `points_to_exceed` is none: then it is one step more.

    Args:
        standard_deviation, reliability: as for `reliable_change_index`.
        step: the least by which two scores can differ, in the points of the standard deviation.

    Raises:
        ValueError: the standard deviation, the reliability or the step is impossible.
    """
    _check(standard_deviation, reliability)
    if step <= 0:
        raise ValueError(f"the step must be above 0, got {step}")
    square = (CRITICAL * standard_deviation / step) ** 2 * 2 * (1 - reliability)
    return (isqrt(square.numerator // square.denominator) + 1) * step


def criterion_c(
    clinical_mean: float, clinical_deviation: float, general_mean: float, general_deviation: float
) -> float:
    """The score between a clinical and a general population where both are as likely, each by its own spread.

    (s0 m1 + s1 m0) / (s0 + s1), criterion c of Jacobson & Truax 1991. It is sensible where the two overlap; the means
    and standard deviations are published ones, in the points of the scale.

    Raises:
        ValueError: a standard deviation is not above 0.
    """
    if clinical_deviation <= 0 or general_deviation <= 0:
        raise ValueError(f"standard deviations must be above 0, got {clinical_deviation} and {general_deviation}")
    weighted = clinical_deviation * general_mean + general_deviation * clinical_mean
    return weighted / (clinical_deviation + general_deviation)


def _check(standard_deviation: float | Fraction, reliability: float | Fraction) -> None:
    if standard_deviation <= 0:
        raise ValueError(f"the standard deviation must be above 0, got {standard_deviation}")
    if not 0 <= reliability < 1:
        raise ValueError(f"the reliability must lie from 0 to below 1, got {reliability}")
