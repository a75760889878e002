"""Calendar periods: the only calendar knowledge of a course is the quarter, or the year, of its first infusion."""

from __future__ import annotations

from datetime import date, timedelta


def period_end(period: str) -> date:
    """The last day of a quarter (`2026-Q3`) or a year (`2026`)."""
    year, _, quarter = period.partition("-Q")
    month = 3 * int(quarter) if quarter else 12
    return date(int(year) + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def period_start(period: str) -> date:
    """The first day of a quarter (`2026-Q3`) or a year (`2026`)."""
    year, _, quarter = period.partition("-Q")
    return date(int(year), 3 * int(quarter) - 2 if quarter else 1, 1)


def period_after(period: str) -> str:
    """The quarter, or the year, that follows."""
    next_day = period_end(period) + timedelta(days=1)
    return f"{next_day.year}-Q{(next_day.month + 2) // 3}" if "-Q" in period else f"{next_day.year}"
