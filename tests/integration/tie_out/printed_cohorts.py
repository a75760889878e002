"""Printed tables with one column a cohort: which numbers each of their lines holds of the rows of a cohort."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.flow import stage_label
from tie_out.numbers import FIGURES, Row, counts, is_known, shares

MET = {"response": "n_responded", "remission": "n_in_remission"}
HOURS = 24


def plain(head: str) -> str:
    """The name of a line or a column without what stands in brackets, and without its confidence."""
    return head.partition(" (")[0].partition(", 95")[0]


Numbers = Callable[[pd.DataFrame, int], list[float]]


def row_of(rows: pd.DataFrame, statistic: str) -> Row:
    found = rows[rows["statistic"] == statistic].to_dict("records")
    return found[0] if len(found) == 1 else {}


def _count(name: str, statistic: str | None = None) -> Numbers:
    """A count that is the same on all rows of a cohort, or that of one statistic."""

    def numbers(rows: pd.DataFrame, _: int) -> list[float]:
        return counts(row_of(rows, statistic) if statistic else rows.to_dict("records")[0], name)

    return numbers


def rate_lines(frame: pd.DataFrame) -> Mapping[str, Numbers]:
    met = MET[str(frame["measure"].iloc[0])]

    def of(statistic: str, *names: str, is_rate: bool = False) -> Numbers:
        def numbers(rows: pd.DataFrame, fewest: int) -> list[float]:
            observed, row = row_of(rows, "observed"), row_of(rows, statistic)
            is_few = is_rate and (not is_known(observed["n_observed"]) or observed["n_observed"] < fewest)
            return [] if not row or is_few else shares(row, *names)

        return numbers

    def bounds(rows: pd.DataFrame, _: int) -> list[float]:
        ends = [shares(row_of(rows, name), "estimate") for name in ("bound_lower", "bound_upper")]
        return [*ends[0], *ends[1]] if all(ends) else []

    return {
        "Scale": lambda *_: [],
        **{
            head: _count(name, "observed")
            for head, name in {
                "Started": "n_started",
                "With baseline": "n_with_baseline",
                "In the population": "n_in_population",
                "Followed up": "n_observed",
                "Missed": "n_missed",
                "Pending": "n_pending",
            }.items()
        },
        **({"Not anchored": _count("n_not_anchored", "observed")} if _is_any_not_anchored(frame) else {}),
        "Met": lambda rows, _: [] if row_of(rows, "observed")["suppressed"] else counts(row_of(rows, "observed"), met),
        "Rate": of("observed", *FIGURES, is_rate=True),
        plain(say("report_table.missed_with_interval", confidence="")): of("missing_as_nonresponse", *FIGURES),
        plain(say("report_table.bounds")): bounds,
        plain(say("report_table.standardised", confidence="")): of("standardised", *FIGURES),
        "Without the entry cut": lambda rows, _: (
            []
            if row_of(rows, "observed")["suppressed"]
            else shares(row_of(rows, "observed_any_baseline") or {"estimate": None}, "estimate")
        ),
    }


def _is_any_not_anchored(frame: pd.DataFrame) -> bool:
    return any(not is_known(n) or n for n in frame.loc[frame["statistic"] == "observed", "n_not_anchored"])


def _flow_lines(frame: pd.DataFrame) -> Mapping[str, Numbers]:
    def of(statistic: str) -> Numbers:
        def numbers(rows: pd.DataFrame, _: int) -> list[float]:
            row = row_of(rows, statistic)
            n = counts(row, "n_courses")
            return [*n, *shares(row, "estimate")] if n and not row["suppressed"] else n

        return numbers

    rows = frame[frame["statistic"] != "followed_up"].drop_duplicates("statistic").to_dict("records")
    of_all = frame.groupby("statistic")["n_courses"].agg(lambda own: any(is_known(n) and n for n in own))
    return {stage_label(row): of(str(row["statistic"])) for row in rows if of_all[str(row["statistic"])]}


def _median_interval(n_counted: str) -> Numbers:
    """Both ends in days, below one day in hours; at nought, or where it is open, no number."""

    def numbers(rows: pd.DataFrame, fewest: int) -> list[float]:
        row = row_of(rows, "median_interval")
        if not row or row["suppressed"] or row[n_counted] < fewest:
            return []
        lower, upper = row["lower"], row["upper"]
        said = [float(end) * (HOURS if 0 < end < 1 else 1) for end in (lower, upper) if is_known(end)]
        is_first = n_counted == "n_assessed" and lower == 0
        return said[1:] if is_first else said[:1] if len(said) > 1 and said[0] == said[1] else said

    return numbers


def _onset_lines(frame: pd.DataFrame) -> Mapping[str, Numbers]:
    days = [
        str(name).rsplit("_", 1)[-1] for name in dict.fromkeys(frame["statistic"]) if "recorded_by_day" in str(name)
    ]
    return {
        "Started": _count("n_started"),
        "Assessed": _count("n_assessed"),
        "Responded": _count("n_responded"),
        "Half by day": _median_interval("n_assessed"),
        "Half recorded by, day": lambda rows, _: [
            float(row_of(rows, "median_recorded")[end])
            for end in FIGURES
            if is_known(row_of(rows, "median_recorded")["estimate"]) and is_known(row_of(rows, "median_recorded")[end])
        ],
        **{f"By day {day}": _share_of(f"recorded_by_day_{day}", "estimate") for day in days},
    }


def _share_of(statistic: str, *names: str) -> Numbers:
    return lambda rows, _: shares(row_of(rows, statistic), *names)


def _durability_lines(frame: pd.DataFrame) -> Mapping[str, Numbers]:
    names = [str(name) for name in dict.fromkeys(frame["statistic"]) if str(name).startswith("still_responding_at_day")]
    days = [name.rsplit("_", 1)[-1] for name in names]

    def lost(day: str) -> Numbers:
        kinds = ("lost", "retreated", "left")
        return lambda rows, _: [
            share for kind in kinds for share in shares(row_of(rows, f"{kind}_by_day_{day}"), "estimate")
        ]

    return {
        "Started": _count("n_started"),
        "Assessed after induction": _count("n_assessed"),
        "Responded then": _count("n_responding"),
        "Assessed again": _count("n_followed"),
        "Half no longer, day": _median_interval("n_followed"),
        **{f"Still responding at day {day}": _share_of(f"still_responding_at_day_{day}", *FIGURES) for day in days},
        **{f"By day {day}: lost, another infusion, left": lost(day) for day in days},
    }


COHORT_LINES: Mapping[str, Callable[[pd.DataFrame], Mapping[str, Numbers]]] = {
    "response": rate_lines,
    "remission": rate_lines,
    "flow": _flow_lines,
    "onset": _onset_lines,
    "durability": _durability_lines,
}
