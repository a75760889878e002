"""The numbers behind a figure as a table to read: units in the header, rounding last."""

from __future__ import annotations

import pandas as pd

from pipelines.words.numbers import count, is_known, percent
from pipelines.words.onset import group_words, short_interval
from pipelines.words.response import rate_words
from pipelines.words.statement import Context, Row, scale_words, statistic

NOTHING = "–"


def response_numbers(rates: pd.DataFrame, context: Context) -> pd.DataFrame:
    """From started to responded, then the rate and what the missing could change; one line a condition."""
    lines = []
    for condition, rows in rates.groupby("condition", sort=False):
        observed = statistic(rows, "observed")
        if observed is None:
            continue
        met = observed["n_in_remission" if observed["measure"] == "remission" else "n_responded"]
        lines.append(
            {
                "Condition": context.label(str(condition)),
                "Scale": scale_words(observed, context),
                "Started": count(observed["n_started"]),
                "With baseline": count(observed["n_with_baseline"]),
                "At or above entry cut": count(observed["n_in_population"]),
                "Followed up": count(observed["n_observed"]),
                "Missed": count(observed["n_missed"]),
                "Pending": count(observed["n_pending"]),
                "Met": count(met),
                f"Rate ({context.confidence} interval)": rate_words(observed, context),
                "Missed counted as not met": _share(statistic(rows, "missing_as_nonresponse")),
                "If all missed had met": _share(statistic(rows, "bound_upper")),
            }
        )
    return pd.DataFrame(lines)


def onset_numbers(times: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """When half have responded, and the share of starters by each day; one line a group.

    Args:
        times: `onset_times` by the group.
        group: the column that tells the lines apart, such as `condition` or `site`.
        context: definitions, data-through date, selection.
    """
    lines = []
    for value, rows in times.groupby(group, sort=False):
        first: Row = rows.to_dict("records")[0]
        recorded = rows[rows["statistic"].str.startswith("recorded_by_day_")]
        lines.append(
            {
                group.capitalize(): context.label(str(value))
                if group == "condition"
                else group_words(group, str(value), context),
                "Started": count(first["n_started"]),
                "Assessed": count(first["n_assessed"]),
                "Responded": count(first["n_responded"]),
                f"Half by ({context.confidence} interval)": short_interval(rows, context),
                "Half recorded by, day (Kaplan-Meier)": _day(statistic(rows, "median_recorded")),
                **{
                    f"By day {str(row['statistic']).rsplit('_', 1)[-1]}": _share(row)
                    for row in recorded.to_dict("records")
                },
            }
        )
    return pd.DataFrame(lines)


def _share(row: Row | None) -> str:
    return percent(row["estimate"]) if row is not None and is_known(row["estimate"]) else NOTHING


def _day(row: Row | None) -> str:
    if row is None or not is_known(row["estimate"]):
        return NOTHING
    ends = [f"{row[end]:.3g}" if is_known(row[end]) else "not reached" for end in ("lower", "upper")]
    return f"{row['estimate']:.3g} ({ends[0]} to {ends[1]})"
