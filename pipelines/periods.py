"""Calendar periods: the only calendar knowledge of a course is the quarter, or the year, of its first infusion."""

from __future__ import annotations

from datetime import date, timedelta


def period_end(period: str) -> date:
    """The last day of a quarter (`2026-Q3`) or a year (`2026`)."""
    year, _, quarter = period.partition("-Q")
    month = 3 * int(quarter) if quarter else 12
    return date(int(year) + month // 12, month % 12 + 1, 1) - timedelta(days=1)
