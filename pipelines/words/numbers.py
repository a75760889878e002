"""Numbers as people say them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd

HOURS_PER_DAY = 24
HIDDEN = "hidden"
"""What is said of a number that the policy for small numbers does not show."""


def is_hidden(number: float | None) -> bool:
    """Whether a policy hides a number; one that was never there is None or NA."""
    return isinstance(number, float) and math.isnan(number)


def percent(fraction: float) -> str:
    """A share in whole per cent; under one per cent with one decimal, so that few is not none."""
    if is_hidden(fraction):
        return HIDDEN
    value = 100 * fraction
    if 0 < value < 1:
        return f"{max(value, 0.1):.1f} %"
    if 99 < value < 100:
        return f"{min(value, 99.9):.1f} %"
    return f"{value:.0f} %"


def percent_bounds(lower: float, upper: float) -> tuple[str, str]:
    """Both ends of an interval, without the unit: it stands beside the estimate."""
    return percent(lower).removesuffix(" %"), percent(upper).removesuffix(" %")


def points(difference: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    if is_hidden(difference):
        return HIDDEN
    value = round(100 * difference)
    return f"{'−' if value < 0 else '+'}{abs(value)}"


def signed(value: float, decimals: int = 1) -> str:
    """A number with its sign, as `−7.4`; nought has none."""
    if is_hidden(value):
        return HIDDEN
    text = f"{abs(value):.{decimals}f}"
    if not float(text):
        return text
    return f"{'−' if value < 0 else '+'}{text}"


def signed_percent(fraction: float) -> str:
    """A change as `−43 %`."""
    return HIDDEN if is_hidden(fraction) else f"{signed(100 * fraction, 0)} %"


def confidence_words(confidence: float) -> str:
    """`95 %`; with decimals only where they are not zero."""
    return f"{100 * confidence:g} %"


def out_of_hundred(fraction: float) -> str:
    """How many of 100, never none or all when it was some."""
    if is_hidden(fraction):
        return HIDDEN
    value = round(100 * fraction)
    if value == 0 and fraction > 0:
        return "fewer than 1"
    if value == 100 and fraction < 1:
        return "more than 99"
    return str(value)


def count(number: float) -> str:
    """A count with thousands set apart.

    Of one that is hidden nothing more is said: whether it is small itself or would tell of another is not to be known.
    """
    return HIDDEN if is_hidden(number) else f"{int(number):,}"


def with_count(name: str, n: float) -> str:
    """A name with its n: `Site 07 (8)`, `Site 07 (hidden)`."""
    return f"{name} ({count(n)})"


def largest(counts: Iterable[float]) -> float:
    """The largest count; one that is hidden where any is, for it may be larger."""
    every = list(counts)
    return next((n for n in every if is_hidden(n)), max(every, default=0))


def total(counts: pd.Series) -> float:
    """The sum of counts; NaN where a policy hides one of them, for a sum of the others would be wrong."""
    return math.nan if any(map(is_hidden, counts)) else int(counts.sum())


def moment(days: float) -> str:
    """A time since the first infusion: `hour 4` within the first day, else `day 9`."""
    if is_hidden(days):
        return HIDDEN
    if 0 < days < 1:
        return f"hour {days * HOURS_PER_DAY:.2g}"
    return f"day {days:.3g}"


def is_known(value: float | None) -> bool:
    """Whether a table holds a value there."""
    return not pd.isna(value)


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def p_words(p_value: float) -> str:
    """`p = 0.031`, `p < 0.001`, `p = 1`: two digits that count, none of them where it is 1."""
    if is_hidden(p_value):
        return HIDDEN
    if p_value < 0.001:
        return "p < 0.001"
    return f"p = {p_value:.2g}"


def capitalised(text: str) -> str:
    """With its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]
