"""The likelihood of a multivariate normal sample in which some measurements were missed, and its derivatives.

The arithmetic under `multivariate_normal`: sums of all patterns in one shape, so that every pattern is worked at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PatternSums:
    """All patterns in one shape: p rows and columns, zeros for what was not seen."""

    seen: Floats  # (k, p): 1 where seen
    n: Floats  # (k,)
    sums: Floats  # (k, p)
    products: Floats  # (k, p, p)


@dataclass(frozen=True)
class Likelihood:
    """The log-likelihood at some means and covariances, with what its derivatives are made of."""

    means: Floats
    covariance: Floats
    log_likelihood: float
    precision: Floats  # (k, p, p): inverse covariance of what was seen, zeros elsewhere
    residual_sums: Floats  # (k, p)
    residual_products: Floats  # (k, p, p)


def products_about(patterns: PatternSums, means: Floats) -> Floats:
    """Sums of cross-products about some means, for each pattern."""
    at = patterns.seen * means
    crossed = patterns.sums[:, :, None] * at[:, None, :]
    within = patterns.n[:, None, None] * at[:, :, None] * at[:, None, :]
    about: Floats = patterns.products - crossed - np.swapaxes(crossed, 1, 2) + within
    return about


def likelihood_at(patterns: PatternSums, means: Floats, covariance: Floats) -> Likelihood | None:
    """None where the covariance of what was seen is not positive definite."""
    both = patterns.seen[:, :, None] * patterns.seen[:, None, :]
    padded = covariance * both + np.eye(means.size) * (1 - patterns.seen)[:, None, :]
    try:
        lower = np.linalg.cholesky(padded)
    except np.linalg.LinAlgError:
        return None
    precision = np.linalg.inv(padded) * both
    log_determinant = 2 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
    about = products_about(patterns, means)
    dimension = patterns.seen.sum(axis=1)
    log_likelihood = -0.5 * (
        patterns.n @ (dimension * np.log(2 * np.pi) + log_determinant) + np.einsum("kab,kab->", precision, about)
    )
    residual_sums = patterns.sums - patterns.n[:, None] * patterns.seen * means
    return Likelihood(means, covariance, float(log_likelihood), precision, residual_sums, about)


def completed(patterns: PatternSums, at: Likelihood) -> tuple[Floats, Floats]:
    """The next means and covariances of EM: those of the data completed by what the present ones expect."""
    n = patterns.n.sum()
    weighted = np.einsum("kab,kb->ka", at.precision, at.residual_sums).sum(axis=0)
    step = at.covariance @ weighted / n
    inner = at.precision @ at.residual_products @ at.precision - patterns.n[:, None, None] * at.precision
    covariance = at.covariance + at.covariance @ inner.sum(axis=0) @ at.covariance / n - np.outer(step, step)
    return at.means + step, (covariance + covariance.T) / 2


def covariance_directions(p: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Places of the distinct covariances, and for each the matrix by which the covariances change with it."""
    rows, columns = np.triu_indices(p)
    directions = np.zeros((rows.size, p, p))
    directions[np.arange(rows.size), rows, columns] = 1
    directions[np.arange(rows.size), columns, rows] = 1
    return rows, columns, directions


def score_and_information(patterns: PatternSums, at: Likelihood, directions: Floats) -> tuple[Floats, Floats]:
    """First derivatives of the log-likelihood in means and distinct covariances, and the second ones, negated."""
    n, p = patterns.n, at.means.size
    weighted = np.einsum("kab,kb->ka", at.precision, at.residual_sums)
    in_covariance = 0.5 * (at.precision @ at.residual_products @ at.precision - n[:, None, None] * at.precision)
    score = np.concatenate([weighted.sum(axis=0), np.einsum("kab,qba->q", in_covariance, directions)])
    information = np.empty((score.size, score.size))
    information[:p, :p] = np.einsum("k,kab->ab", n, at.precision)
    turned = at.precision[:, None] @ directions  # (k, q, p, p)
    cross = np.einsum("kqab,kb->aq", turned, weighted)
    information[:p, p:] = cross
    information[p:, :p] = cross.T
    outer = turned @ (at.precision @ at.residual_products)[:, None]
    curved = np.einsum("kqab,krba->qr", turned, outer, optimize=True)
    flat = np.einsum("k,kqab,krba->qr", n, turned, turned, optimize=True)
    information[p:, p:] = (curved + curved.T) / 2 - flat / 2
    return score, information
