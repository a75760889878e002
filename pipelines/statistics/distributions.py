"""Upper tails of the distributions that intervals and tests rest on, and the values beyond which so much lies.

The same digits as those of scipy.stats, which takes a quarter of a second to load: more than most commands compute.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Value = TypeVar("Value", float, Floats)


def normal_tail(z: Value) -> Value:
    """The chance of more than `z` under the standard normal distribution."""
    tail: Value = special.ndtr(-z)
    return tail


def normal_beyond(tail: Value) -> Value:
    """The value beyond which a share `tail` of the standard normal distribution lies."""
    value: Value = -special.ndtri(tail)
    return value


def t_beyond(tail: float, degrees_of_freedom: float) -> float:
    """The value beyond which a share `tail` of Student's t distribution lies; NaN without degrees of freedom.

    Args:
        tail: more than 0 and less than 1.
    """
    return float(-special.stdtrit(degrees_of_freedom, tail))


def chi_square_tail(chi_square: float, degrees_of_freedom: int) -> float:
    """The chance of more than `chi_square`, of which rounding may have left a little less than nothing."""
    return float(special.chdtrc(degrees_of_freedom, np.maximum(chi_square, 0.0)))
