"""The period that a pack is asked for: a quarter (`2026-Q3`) or a year (`2026`)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipelines.errors import NothingInPeriod, PeriodInFuture, PeriodUnknown, QuarterTooFine
from pipelines.filters import Filters
from pipelines.periods import period_end, period_start
from pipelines.published.scope import NOT_RECORDED

if TYPE_CHECKING:
    from pipelines.manifests import PrivacyMode
    from pipelines.published import Published

_QUARTER = re.compile(r"[0-9]{4}-Q[1-4]")
_YEAR = re.compile(r"[0-9]{4}")
_MEANT = re.compile(r"([0-9]{4})[^0-9]*([1-4]?)")
"""A year and perhaps a quarter, in whatever spelling: `2026q3`, `2026/3`, `2026 Q3`."""


@dataclass(frozen=True)
class Period:
    """A period in which courses began.

    Attributes:
        name: as it was asked for: `2026-Q3`, or `2026`.
        quarters: what it holds as the snapshot has it, the first first: quarters, or in a store of years the year.
        earlier: the same before it, the first first.
    """

    name: str
    quarters: tuple[str, ...]
    earlier: tuple[str, ...]

    @property
    def is_year(self) -> bool:
        """Whether a whole year was asked for."""
        return bool(_YEAR.fullmatch(self.name))

    @property
    def through(self) -> tuple[str, ...]:
        """All that was begun by its end, the first first."""
        return (*self.earlier, *self.quarters)


def asked_period(text: str, published: Published, conditions: Collection[str] = ()) -> Period:
    """The period that was asked for.

    Args:
        published: may be narrowed to sites.
        conditions: those that the pack is about; none for all.

    Raises:
        As `period_named` does.
    """
    if conditions:
        found = {name for condition in conditions for name in _periods_of(published, condition)}
    else:
        found = {*published.options("quarter")}
    manifest = published.manifest
    return period_named(
        text,
        found - {NOT_RECORDED},
        manifest.privacy_mode,
        manifest.data_through or manifest.built_at.date(),
        of_what=_of_what(published, conditions),
    )


def period_named(text: str, found: Collection[str], privacy_mode: PrivacyMode, known_to: date, of_what: str) -> Period:
    """The period of a name.

    Args:
        found: the quarters, or years, that courses began in.
        known_to: the data-through date; without one, the day on which the snapshot was built.
        of_what: whose courses these are, as a message says it: ` at Site 01`.

    Raises:
        PeriodUnknown: it is neither a quarter nor a year.
        QuarterTooFine: a quarter, where the store holds years.
        PeriodInFuture: it begins after `known_to`.
        NothingInPeriod: no course began in it.
    """
    holds_years = privacy_mode == "safe_harbor" or (bool(found) and all(map(_YEAR.fullmatch, found)))
    if not _QUARTER.fullmatch(text) and not _YEAR.fullmatch(text):
        raise PeriodUnknown(text, _meant(text, holds_years=holds_years))
    if holds_years and _QUARTER.fullmatch(text):
        why = "the privacy mode is safe_harbor" if privacy_mode == "safe_harbor" else "its exports gave years alone"
        raise QuarterTooFine(text, text[:4], why)
    if not 1 <= int(text[:4]) <= 9998:
        raise PeriodUnknown(text, None)
    if period_start(text) > known_to:
        raise PeriodInFuture(text, known_to, max(found, default=None))
    quarters = tuple(sorted(name for name in found if name == text or name.startswith(f"{text}-Q")))
    if not quarters:
        raise NothingInPeriod(text, of_what, _nearest(text, found))
    return Period(text, quarters, tuple(sorted(name for name in found if period_end(name) < period_start(text))))


def _periods_of(published: Published, condition: str) -> set[str]:
    return {
        name
        for population in ("first_course", "repeat_courses")
        for name, n in published.n_started_by(Filters(condition=(condition,), population=population), "quarter").items()
        if n
    }


def _of_what(published: Published, conditions: Collection[str]) -> str:
    labels = [published.definitions.conditions[condition].label.lower() for condition in conditions]
    given_for = f" for {' or '.join(labels)}" if labels else ""
    return given_for + (f" at {' and '.join(published.scope.sites)}" if published.scope.sites else "")


def _meant(text: str, *, holds_years: bool) -> str | None:
    found = _MEANT.search(text)
    if found is None:
        return None
    year, quarter = found.groups()
    return year if holds_years or not quarter else f"{year}-Q{quarter}"


def _nearest(text: str, found: Collection[str]) -> str | None:
    """The period with courses that begins nearest to it, the later of two; as a year, where a year was asked for."""
    if not found:
        return None
    nearest = min(sorted(found, reverse=True), key=lambda name: abs(_quarter_of_time(name) - _quarter_of_time(text)))
    return nearest[:4] if _YEAR.fullmatch(text) else nearest


def _quarter_of_time(period: str) -> int:
    start = period_start(period)
    return 4 * start.year + start.month // 3
