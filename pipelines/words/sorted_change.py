"""Changes in the order of their size, in words: how many of those followed up fell so far or further."""

from __future__ import annotations

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, percent, signed_percent
from pipelines.words.statement import Context, Row
from pipelines.words.trajectory import PERCENTILE, is_drawn, percentile_words, window_label


def sorted_changes(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """The percentiles of change in the headline window, the largest fall first, with the share that fell so far.

    None where too few are followed up to be drawn.
    """
    named = rows["statistic"].str.startswith(PERCENTILE) & (
        rows["window"] == context.definitions.outcomes.headline_window
    )
    found = rows[named]
    found = found[[is_drawn(row, context) for row in found.to_dict("records")]]
    share = found["statistic"].str.removeprefix(PERCENTILE).astype(int) / 100
    return found.assign(share=share).sort_values("share")


def sorted_hover(row: Row, label: str, context: Context) -> str:
    """One percentile as a sentence."""
    return say(
        "trajectory.hover_sorted",
        label=label,
        share=percent(row["share"]),
        change=signed_percent(row["estimate"]),
        n=count(row["n_observed"]),
        window=window_label(row, context),
    )


def sorted_alt(rows: pd.DataFrame, label: str, context: Context) -> str:
    """What the curve of changes in their order shows."""
    found = sorted_changes(rows, context)
    if found.empty:
        return say("trajectory.alt_none", label=label)
    at = percentile_words(rows[rows["window"] == context.definitions.outcomes.headline_window])
    return say(
        "trajectory.alt_sorted",
        label=label,
        quarter=at[25],
        median=at[50],
        three_quarters=at[75],
        window=window_label(found.to_dict("records")[0], context),
    )


def sorted_note(context: Context) -> str:
    """How the curves of changes in their order are read."""
    windows = context.definitions.outcomes.windows
    return say("trajectory.sorted_note", window=windows[context.definitions.outcomes.headline_window].label)
