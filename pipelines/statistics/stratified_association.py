"""Whether groups differ in a share once strata are held apart: one test for all groups together."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.distributions import chi_square_tail
from pipelines.statistics.proportions import check_counts


@dataclass(frozen=True)
class AssociationTest:
    """The test's statistic, its degrees of freedom and its p-value; NaN, 0 and NaN where no stratum says anything.

    Attributes:
        n_informative: people in strata with two groups or more of which some, not all, meet the rule; the others say
            nothing of an association.
    """

    statistic: float
    degrees_of_freedom: int
    p_value: float
    n_informative: int


def association_test(met: ArrayLike, observed: ArrayLike) -> AssociationTest:
    """Generalised Cochran-Mantel-Haenszel test of general association between groups and meeting a rule.

    Within each stratum the margins are taken as given; what the groups have beyond their share is added up over the
    strata and held against its variance, chi-squared with one degree of freedom less than there are groups. Equals R's
    `mantelhaen.test` for three groups or more, and for two with `correct = FALSE`. No order of the groups is assumed.
    Assumes that in every stratum the groups differ in the same direction: opposite differences cancel.

    Args:
        met: people who meet the rule, whole numbers, shape (strata, groups).
        observed: people, the same shape.

    Raises:
        ValueError: the shapes differ or are not (strata, groups), counts below 0 or more met than observed.

    References:
        Mantel & Haenszel (1959), JNCI 22:719-748; Landis, Heyman & Koch (1978), Int Stat Rev 46:237-254.
    """
    x, n = np.asarray(met), np.asarray(observed)
    check_counts(x, n)
    if n.ndim != 2:
        raise ValueError(f"needs counts of shape (strata, groups), got {n.shape}")
    total, n_met = n.sum(axis=1), x.sum(axis=1)
    is_informative = ((n > 0).sum(axis=1) > 1) & (n_met > 0) & (n_met < total)
    # Strata in the order of their counts: the sums have equal digits however the strata came.
    rows = np.lexsort(np.hstack([n, x]).T)
    rows = rows[is_informative[rows]]
    x, n, total, n_met = x[rows], n[rows], total[rows].astype(float), n_met[rows].astype(float)
    excess = (x - n * (n_met / total)[:, np.newaxis]).sum(axis=0)
    spread = n_met * (total - n_met) / (total**2 * np.maximum(total - 1, 1))
    covariance = np.diag((n * (spread * total)[:, np.newaxis]).sum(axis=0)) - (n * spread[:, np.newaxis]).T @ n
    # The excesses sum to 0, so the last group follows from the others.
    degrees = int(np.linalg.matrix_rank(covariance, hermitian=True)) if rows.size else 0
    if not degrees:
        return AssociationTest(nan, 0, nan, 0)
    statistic = float(excess @ np.linalg.pinv(covariance, hermitian=True) @ excess)
    return AssociationTest(statistic, degrees, chi_square_tail(statistic, degrees), int(total.sum()))
