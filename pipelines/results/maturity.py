"""Maturity: whether a cohort has been followed up for as long as its window needs."""

from __future__ import annotations

from itertools import compress
from math import ceil

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.results.tables import Rows, total

MATURITY_COUNTS = ("n_in_population", "n_not_mature", "n_maturity_unknown", "n_pending")
"""What `maturity_note` is about, in the order that it takes them."""


def days_to_mature(window: str, definitions: Definitions) -> int:
    """Days past a period's end until the window of its last course has closed."""
    outcomes = definitions.outcomes
    rule = outcomes.windows[window]
    before = outcomes.induction.first_days if rule.anchor == "last_induction_infusion" else 0
    return before + ceil(rule.to_day)


def maturity_counts(baselines: Rows, days_needed: int) -> dict[str, int]:
    """Courses of a population in periods that are not mature, and in those of which it is unknown.

    Args:
        baselines: rows of `Published.baselines`.
        days_needed: from `days_to_mature`.
    """
    is_known = [bool(pd.notna(row["days_past_period_end"])) for row in baselines]
    known = list(compress(baselines, is_known))
    return {
        "n_not_mature": total([row for row in known if row["days_past_period_end"] < days_needed], "n_in_population"),
        "n_maturity_unknown": total(baselines, "n_in_population") - total(known, "n_in_population"),
    }


def maturity_note(n_in_population: int, n_not_mature: int, n_maturity_unknown: int, n_pending: int) -> str:
    """`mature`, or how many courses are in periods that are not mature or of unknown maturity."""
    if not n_in_population:
        return ""
    texts = []
    if n_not_mature or n_pending:
        texts.append(f"not mature yet: {n_not_mature:,} of {n_in_population:,} courses, {n_pending:,} pending")
    if n_maturity_unknown:
        texts.append(f"maturity unknown: {n_maturity_unknown:,}")
    return "; ".join(texts) or "mature"
