"""What an estimate is counted in, and how a spreadsheet writes it."""

from __future__ import annotations

import re
from typing import Literal

Unit = Literal["share", "change", "days", "mmHg", "per_minute", "number"]

_IN_DAYS = re.compile(r"^(median|restricted_mean|mean_days)")
_DAYS_OF = ("onset", "durability")
_NO_SHARE = re.compile(r"^(mean|median|percentile|correlation|difference_of_means|units)|(?<!^no)_score|_points")
"""Those of `no_score` are courses, and a share of those that were started."""
NUMBER_FORMATS: dict[Unit, str] = {
    "share": "[=0]0 %;[<0.01]0.0 %;0 %",
    "change": "+0 %;−0 %;0 %",
    "days": "0.0",
    "mmHg": "0.0",
    "per_minute": "0.0",
    "number": "0.00",
}
COUNT_FORMAT = "#,##0"
DAY_FORMAT = "0.##"


def unit_of(measure: str, statistic: str) -> Unit:
    """What the estimate of a row of a result table is counted in.

    Args:
        measure: as it is named in its column.
        statistic: in its column; that of a published range is the same as of what it stands beside.
    """
    own = statistic.removesuffix("_published")
    if own in ("systolic_rise", "diastolic_rise"):
        return "mmHg"
    if own == "heart_rate_rise":
        return "per_minute"
    if measure in _DAYS_OF and _IN_DAYS.match(own):
        return "days"
    if "fraction" in own or own.startswith("percentile_"):
        return "change"
    return "number" if _NO_SHARE.search(own) else "share"
