"""What the figures of a result row rest on: the counts from which its share is made, or that it cannot do without."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

MET = ("n_met", "n_responded", "n_in_remission", "n_with_change")
"""What the courses that met a rule are called, each measure having one of them."""
OWN = ("n_part", "n_whole")
"""Counts that say again what the share of the row is made of."""
NOT_OF_PEOPLE = (
    *("n_groups", "n_comparisons", "n_sites", "n_strata", "n_points", "n_needed", "n_published"),
    "degrees_of_freedom",
)
"""Counts of groups, tests, strata and quarters, and those of published studies."""

_RESTS_ON = (
    *("n_observed", "n_assessed", "n_followed", "n_lost", "n_at_risk", "n_recorded", "n_in_level", "n_with"),
    *("n_changes", "n_courses", "n_in_band", "n_compared", "n_checked", "n_violated", *MET),
    *("n_observed_before", "n_responded_before"),
    *("n_improved_observed", "n_improved_responded", "n_not_improved_observed", "n_not_improved_responded"),
)
"""What a mean, a median, a test or a difference rests on, as far as the row has it."""
_MISSED = ("n_missed", "n_total_only", "n_improved_missed", "n_not_improved_missed")
_OF_THOSE_LOST = re.compile(r"missing_as_nonresponse|^bound_|^standardised|^tipping_point|^mean_.*_adjusted$")
_OF_A_CAUSE = re.compile(r"^(lost|retreated|left)(_by_day_\d+)?$")
_OF_ALL = re.compile(r"^recorded_by_")
_OF_INTERVALS = re.compile(r"^(median_interval|interval_censored|still_responding_at_day_\d+)$")
_OF_LOSS = ("n_followed", "n_lost")
"""What the interval-censored share still responding rests on."""
_OF_ONSET = ("n_assessed", "n_responded")
"""What the share with a response recorded by then rests on, whoever is still at risk on its day."""
_MET_OF_OBSERVED = re.compile(r"^observed(_|$)")
_MET_OF_DUE = re.compile(r"^(missing_as_nonresponse|bound_lower)$")


class Share(NamedTuple):
    """Of which counts a share is made, added up.

    Attributes:
        part, whole: columns.
    """

    part: tuple[str, ...]
    whole: tuple[str, ...]

    def sums(self, counts: Mapping[str, int]) -> tuple[int, int]:
        """Part and whole of a row."""
        return sum(counts[name] for name in self.part), sum(counts[name] for name in self.whole)


def share_of(measure: str, statistic: str, outcome: str, counts: Mapping[str, int]) -> Share | None:
    """What the estimate of a row is made of; None where it is no share of two counts.

    Args:
        outcome: the column of that name, where the measure has one.
        counts: those of the row.
    """
    found = _share(measure, statistic, outcome, counts)
    return found if found is not None and all(name in counts for name in (*found.part, *found.whole)) else None


def rests_on(statistic: str, counts: Mapping[str, int]) -> tuple[str, ...]:
    """The counts without which a figure that is no share would not be what it is."""
    if _OF_INTERVALS.match(statistic) and all(name in counts for name in _OF_LOSS):
        return _OF_LOSS
    if statistic == "recorded" and all(name in counts for name in _OF_ONSET):
        return _OF_ONSET
    cause = _OF_A_CAUSE.match(statistic)
    names = (
        *(name for name in _RESTS_ON if not (cause and name == "n_lost")),
        *(_MISSED if _OF_THOSE_LOST.search(statistic) else ()),
        *((f"n_{cause[1]}",) if cause else ()),
    )
    return tuple(name for name in names if name in counts)


def _share(measure: str, statistic: str, outcome: str, counts: Mapping[str, int]) -> Share | None:
    met = next((name for name in MET if name in counts), "n_met")
    unknown = tuple(name for name in ("n_missed", "n_total_only") if name in counts)
    if "n_part" in counts:
        return Share(("n_part",), ("n_whole",))
    if statistic == "followed_up":
        return Share(("n_courses",) if measure == "flow" else ("n_observed",), ("n_due",))
    if measure == "flow":
        return Share(("n_courses",), ("n_started",))
    if measure == "retention":
        return Share(("n_of_due",), ("n_due",))
    if measure == "distribution":
        return Share(("n_in_band",), ("n_observed",))
    if measure == "quality":
        return Share(("n_violated",), ("n_checked",))
    if measure == "trend" and statistic == "point":
        return Share((met,), ("n_observed", "n_missed") if outcome == "followed_up" else ("n_observed",))
    if "n_with" in counts:
        return Share(("n_with",), ("n_recorded",))
    if statistic == "share":
        return Share(("n_in_level",), ("n_recorded",))
    if _OF_ALL.match(statistic):
        return Share(("n_responded",), ("n_in_population",))
    if _MET_OF_OBSERVED.match(statistic):
        return Share((met,), ("n_observed",))
    if _MET_OF_DUE.match(statistic):
        return Share((met,), ("n_observed", *unknown))
    if statistic == "bound_upper":
        return Share((met, *unknown), ("n_observed", *unknown))
    return None
