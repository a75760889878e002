"""Masses of greatest likelihood for many draws of the same courses at once: the arithmetic of the onset bootstrap.

The same method as `innermost_intervals.maximised`, a row for each draw. Small programs need it most: there hardly any
draw is settled by self-consistency steps, because its masses lie on few of the innermost intervals.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipelines.statistics.innermost_intervals import ROUNDING, SMALLEST_MASS, STOP, Floats, maximised

_EM_CYCLES, _NEWTON_STEPS, _HALVINGS = 12, 25, 40
# Masses below this are taken for zero at first where the draw's intervals stay likely; the gradient brings them back.
_FAINT = 1e-4
# With more innermost intervals the few that carry mass are better solved for draw by draw.
_MOST_INTERVALS = 64
# Keeps neighbours that no drawn pattern tells apart from making a matrix singular.
_RIDGE = 1e-12


def replicate_masses(
    covers: Floats, drawn: Floats, start: Floats, tolerance: float
) -> tuple[Floats, NDArray[np.bool_]]:
    """Masses for each row of drawn counts on the innermost intervals of all the data, and which hold a proof.

    That support is right for every draw. The patterns that cover one point form a set; likelihood is lost by
    mass on a point whose set is contained in another point's. Dropping patterns keeps containment, so what an
    innermost interval of all the data can carry still suffices.

    Args:
        covers: which intervals each pattern covers, shape (patterns, intervals).
        drawn: courses with each pattern, a row for each draw; all rows have the same sum.
        start: masses of greatest likelihood for all the data.
        tolerance: how far above 1 the gradient of a proven maximum may stand.
    """
    weight = drawn / drawn.sum(axis=1, keepdims=True)
    masses = np.tile(0.9 * start + 0.1 / start.size, (len(drawn), 1))
    open_rows = _after_self_consistency(covers, weight, masses, tolerance)
    if open_rows.size and start.size <= _MOST_INTERVALS:
        open_rows = _after_newton(covers, weight, masses, open_rows)
    converged = np.ones(len(drawn), dtype=bool)
    for row in open_rows:  # what is left, one by one
        seen = drawn[row] > 0
        mass = np.where(masses[row] < SMALLEST_MASS, 0, masses[row])
        masses[row] = maximised(covers[seen], drawn[row, seen], mass)
        gradient = (weight[row, seen] / (covers[seen] @ masses[row])) @ covers[seen]
        converged[row] = gradient.max() <= 1 + tolerance
    return masses, converged


def _after_self_consistency(covers: Floats, weight: Floats, masses: Floats, tolerance: float) -> NDArray[np.int64]:
    """Self-consistency steps for all open draws at once, extrapolated; gives the rows that are still open.

    SQUAREM: Varadhan, Roland (2008), Scandinavian Journal of Statistics 35:335-353.
    """
    covered = np.ascontiguousarray(covers.T)
    open_rows = np.arange(len(masses))
    for _ in range(_EM_CYCLES):
        mass, share = masses[open_rows], weight[open_rows]
        gradient = (share / _probabilities(mass, covered)) @ covers
        is_open = gradient.max(axis=1) > 1 + tolerance
        mass, share, gradient, open_rows = mass[is_open], share[is_open], gradient[is_open], open_rows[is_open]
        if not open_rows.size:
            break
        once = mass * gradient
        twice = once * ((share / _probabilities(once, covered)) @ covers)
        step, bend = once - mass, twice - 2 * once + mass
        bend_size = np.maximum((bend**2).sum(axis=1, keepdims=True), np.finfo(float).tiny)
        stretch = np.clip(np.sqrt((step**2).sum(axis=1, keepdims=True) / bend_size), 1, 1e6)
        far = np.maximum(mass + 2 * stretch * step + stretch**2 * bend, 1e-3 * twice)
        far /= far.sum(axis=1, keepdims=True)
        ratio = _probabilities(far, covered) / _probabilities(twice, covered)
        gain = (share * np.log(ratio)).sum(axis=1, keepdims=True)
        masses[open_rows] = np.where(gain >= 0, far, twice)
    return open_rows


def _probabilities(mass: Floats, covered: Floats) -> Floats:
    return np.maximum(mass @ covered, np.finfo(float).tiny)


def _after_newton(covers: Floats, weight: Floats, masses: Floats, open_rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Constrained Newton steps for all open draws at once; gives the rows that are still open."""
    covered = np.ascontiguousarray(covers.T)
    masses[open_rows] = _without_faint(masses[open_rows], weight[open_rows], covered)
    pairs = (covers[:, :, None] * covers[:, None, :]).reshape(len(covers), -1)
    for _ in range(_NEWTON_STEPS):
        mass, share = masses[open_rows], weight[open_rows]
        probability = _probabilities(mass, covered)
        gradient = (share / probability) @ covers
        gap = np.where(mass > 0, np.abs(gradient - 1), gradient - 1).max(axis=1)
        is_open = ~(gap <= STOP)
        mass, share, probability, gradient, open_rows = (
            mass[is_open],
            share[is_open],
            probability[is_open],
            gradient[is_open],
            open_rows[is_open],
        )
        if not open_rows.size:
            break
        second = ((share / probability / probability) @ pairs).reshape(len(mass), *[covers.shape[1]] * 2)
        # The expansion of the log-likelihood over masses that sum to 1, as a sum of squares (see `maximised`).
        squares = second - 2 * (gradient[:, :, None] + gradient[:, None, :]) + 5
        try:
            aim = _least_squares(squares, mass, (mass > 0) | (gradient > 1 + STOP))
        except np.linalg.LinAlgError:
            break
        moved = _risen(mass, aim / aim.sum(axis=1, keepdims=True), share, probability, gradient, covered)
        is_finite = np.isfinite(moved).all(axis=1)
        masses[open_rows[is_finite]] = moved[is_finite]
    return open_rows


def _without_faint(mass: Floats, share: Floats, covered: Floats) -> Floats:
    """Masses with the faint ones at zero, wherever each drawn pattern keeps half of its probability."""
    strong = np.where(mass < _FAINT, 0, mass)
    is_kept = ((strong @ covered >= 0.5 * (mass @ covered)) | (share == 0)).all(axis=1)
    mass = np.where(is_kept[:, None], strong, mass)
    without: Floats = mass / mass.sum(axis=1, keepdims=True)
    return without


def _least_squares(squares: Floats, mass: Floats, support: NDArray[np.bool_]) -> Floats:
    """For each row q >= 0 on the support that makes q' S q - 2 sum(q) least, from `mass` along its active set.

    An interval that would get a negative mass leaves the set where its mass reaches zero; it comes back with the next
    gradient that asks for it.
    """
    found, active = mass.copy(), support.copy()
    rows, diagonal = np.arange(len(mass)), np.arange(mass.shape[1])
    while rows.size:
        is_active = active[rows]
        matrix = squares[rows] * (is_active[:, :, None] & is_active[:, None, :])
        matrix[:, diagonal, diagonal] += np.where(is_active, _RIDGE, 1.0)
        solution = np.linalg.solve(matrix, is_active.astype(float)[:, :, None])[:, :, 0]
        is_negative = is_active & (solution <= 0)
        is_left = is_negative.any(axis=1)
        found[rows[~is_left]] = solution[~is_left]
        rows, solution, is_negative, is_active = (
            rows[is_left],
            solution[is_left],
            is_negative[is_left],
            is_active[is_left],
        )
        current = found[rows]
        way = np.divide(
            current, current - solution, out=np.full_like(current, np.inf), where=is_negative & (current > 0)
        )
        way[is_negative & (current <= 0)] = 0.0
        furthest = way.min(axis=1, keepdims=True)
        leaves = is_negative & (way <= furthest)
        found[rows] = np.where(is_active & ~leaves, current + furthest * (solution - current), 0.0)
        active[rows] = is_active & ~leaves
    return found


def _risen(mass: Floats, aim: Floats, share: Floats, probability: Floats, gradient: Floats, covered: Floats) -> Floats:
    """As far towards the aim as the log-likelihood rises enough, the way halved until it does."""
    direction = aim - mass
    slope = (gradient * direction).sum(axis=1)
    change = np.divide(direction @ covered, probability, out=np.zeros_like(share), where=share > 0)
    length = np.ones((len(mass), 1))
    for _ in range(_HALVINGS):
        ratio = length * change
        rise = (share * np.log1p(np.maximum(ratio, -1 + 1e-15))).sum(axis=1)
        is_enough = (ratio.min(axis=1) > -1) & (rise >= length[:, 0] * slope / 3 - ROUNDING)
        if is_enough.all():
            break
        length[~is_enough] /= 2
    moved = mass + length * direction
    moved[moved < SMALLEST_MASS] = 0
    risen: Floats = moved / moved.sum(axis=1, keepdims=True)
    return risen
