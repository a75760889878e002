"""Several comparisons at once: p-values that keep the chance of any false finding in the whole family."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def holm_adjusted(p_values: ArrayLike) -> NDArray[np.float64]:
    """Holm's adjusted p-values, each in the place of its own.

    The smallest is multiplied by how many there are, the next by one less, and so on; none is put below one that was
    smaller, and none above 1. Holds whatever the comparisons have to do with each other.

    Args:
        p_values: between 0 and 1, shape (k,). NaN or None is a comparison that was not made: it stays NaN and does not
            count into the family.

    Raises:
        ValueError: they are not a list of numbers between 0 and 1.

    Reference:
        Holm (1979), Scandinavian Journal of Statistics 6:65-70.
    """
    found = np.asarray(p_values, dtype=float)
    if found.ndim != 1:
        raise ValueError(f"p_values must be one-dimensional, got shape {found.shape}")
    is_made = ~np.isnan(found)
    made = found[is_made]
    if np.any((made < 0) | (made > 1)):
        raise ValueError(f"p_values must lie between 0 and 1, got {made[(made < 0) | (made > 1)][0]}")
    order = np.argsort(made, kind="stable")
    in_order = np.maximum.accumulate(made[order] * np.arange(made.size, 0, -1))
    adjusted = np.empty(made.size)
    adjusted[order] = np.minimum(in_order, 1.0)
    result = np.full(found.size, np.nan)
    result[is_made] = adjusted
    return result


def holm_levels(p_values: ArrayLike, level: float) -> NDArray[np.float64]:
    """The level of each interval at which it leaves out no difference just where Holm's test does not reject.

    Step by step from the smallest: the first at the level over how many there are, the next over one less, and so on;
    from the first that is not below its level on, all have that one.

    Args:
        p_values: between 0 and 1, shape (k,).
        level: the chance of any false finding in the family, such as 0.05.

    Returns:
        For each, one less the confidence of its interval.
    """
    found = np.asarray(p_values, dtype=float)
    levels = np.empty(found.size)
    n_left = found.size
    for position in np.argsort(found, kind="stable"):
        levels[position] = level / n_left
        if found[position] < levels[position]:
            n_left -= 1
    return levels
