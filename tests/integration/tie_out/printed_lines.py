"""Printed tables with one line a row, a site or a quarter: what each of their lines holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.safety import finding_label
from tie_out.numbers import FIGURES, Row, counts, is_known, shares, written
from tie_out.printed_cohorts import HOURS, rate_lines, row_of

_RISES = ("systolic_rise", "diastolic_rise", "heart_rate_rise")


@dataclass(frozen=True)
class Line:
    """What a printed line is to hold.

    Attributes:
        names: texts that tell which row it is, by their columns.
        numbers: by their columns, without what stands there in brackets; a column that is not named holds none.
    """

    names: Mapping[str, str]
    numbers: Mapping[str, list[float]] = field(default_factory=dict)


def rates_by_cohort(frame: pd.DataFrame, _named: Mapping[str, str], fewest: int) -> Iterator[Line]:
    """Quarters, or sites, that are told together."""
    lines = rate_lines(frame)
    for cohort in dict.fromkeys(frame["cohort"]):
        rows = frame[frame["cohort"] == cohort]
        numbers = {head: numbers(rows, fewest) for head, numbers in lines.items() if head in _OF_LINES}
        assumed = {} if row_of(rows, "observed")["suppressed"] else row_of(rows, "missing_as_nonresponse")
        bound = {} if row_of(rows, "observed")["suppressed"] else row_of(rows, "bound_upper")
        numbers["Missed counted as not met"] = shares(assumed, "estimate") if assumed else []
        numbers["If all missed had met"] = shares(bound, "estimate") if bound else []
        head = "site" if (frame["sites"] != "").any() else "started_in"
        yield Line({say(f"report_table.{head}"): str(cohort)}, numbers)


_OF_LINES = ("Started", "With baseline", "In the population", "Followed up", "Missed", "Pending", "Met", "Rate")


def _curve(frame: pd.DataFrame, _named: Mapping[str, str], _: int) -> Iterator[Line]:
    """Days across: who is at risk on each, where the curve stands, and its interval."""
    measure = "response" if str(frame["measure"].iloc[0]).startswith("onset") else "durability"
    steps = frame[frame["statistic"] == "interval_censored"].to_dict("records")
    at_risk, heights, ends = {}, {}, {}
    for row in frame[frame["statistic"] == "at_risk"].to_dict("records"):
        day = f"{row['day']:.3g}" if not 0 < row["day"] < 1 else f"hour {row['day'] * HOURS:.2g}"
        before = [step for step in steps if step["day"] <= row["day"]]
        step = before[-1] if before else {"estimate": None, "lower": None, "upper": None}
        at_risk[day], heights[day] = counts(row, "n_at_risk"), shares(step, "estimate")
        ends[day] = shares(step, "lower", "upper")
    names = (say("report_table.at_risk"), say(f"report_table.{measure}_share"), "95 % interval")
    for name, numbers in zip(names, (at_risk, heights, ends), strict=True):
        yield Line({say("report_table.at_day"): name}, numbers)


def _trend(frame: pd.DataFrame, _named: Mapping[str, str], _: int) -> Iterator[Line]:
    columns = {
        "started": "n_started",
        "in_population": "n_in_population",
        "observed": "n_observed",
        "missed": "n_missed",
        "pending": "n_pending",
        "met": "n_met",
    }
    for row in frame[frame["statistic"] != "limits"].to_dict("records"):
        numbers = {say(f"report_table.{head}"): counts(row, name) for head, name in columns.items()}
        yield Line(
            {say("report_table.quarter"): str(row["quarter"])},
            {**numbers, say("report_table.rate"): [] if row["suppressed"] else shares(row, "estimate")},
        )


def _activity(frame: pd.DataFrame, named: Mapping[str, str], _: int) -> Iterator[Line]:
    for condition, rows in frame.groupby("condition", sort=False):
        numbers = {say(f"report_table.{row['statistic']}"): counts(row, "n_courses") for row in rows.to_dict("records")}
        yield Line({say("report_table.condition"): named[str(condition)]}, numbers)


def _sites(frame: pd.DataFrame, _named: Mapping[str, str], fewest: int) -> Iterator[Line]:
    for site, rows in frame.groupby("site", sort=False):
        observed = row_of(rows, "observed")
        is_told = observed["n_observed"] >= fewest

        def told(statistic: str, *names: str, rows: pd.DataFrame = rows, is_told: bool = is_told) -> list[float]:
            return shares(row_of(rows, statistic), *names) if is_told else []

        yield Line(
            {"Site": str(site)},
            {
                "Started": counts(observed, "n_started"),
                "Due": counts(observed, "n_due"),
                "Followed up": [*counts(observed, "n_observed"), *shares(row_of(rows, "followed_up"), "estimate")],
                "Met": counts(observed, "n_met"),
                "Observed": told("observed", *FIGURES),
                "Expected": told("expected", "estimate"),
                "Adjusted": told("adjusted", *FIGURES),
            },
        )


def _safety(frame: pd.DataFrame, named: Mapping[str, str], _: int) -> Iterator[Line]:
    """A line a finding that is told of any condition, with what is published beside it."""
    published = frame[frame["statistic"].str.endswith("_published") & ~frame["note"].str.startswith("not comparable")]
    own = frame[~frame["statistic"].str.endswith("_published") & frame["condition"].isin([*named])]
    for name, rows in own.groupby("statistic", sort=False):
        told = {str(row["condition"]): row for row in rows.to_dict("records") if _is_told(row)}
        if not any(row["n_with"] or not str(name).startswith("adverse_event_") for row in told.values()):
            continue
        scale = 1 if name in _RISES else 100
        of_each = {}
        for condition, row in told.items():
            rest = ("n_recorded",) if name in _RISES else ("n_with", "n_recorded")
            of_each[named[condition]] = [scale * float(row["estimate"]), *counts(row, *rest)]
        beside = []
        for condition in named:
            is_own = (published["statistic"] == f"{name}_published") & published["condition"].isin(["any", condition])
            found = [
                number
                for each in published[is_own].to_dict("records")
                for number in (scale * each["estimate"], *(counts(each, "n_infusions") or counts(each, "n_courses")))
            ]
            beside += [found] if found not in beside else []
        of_each[say("report_table.published")] = [number for found in beside for number in found]
        yield Line({say("report.what"): finding_label(str(name))}, of_each)


def _is_told(row: Row) -> bool:
    return not row["suppressed"] and is_known(row["estimate"])


def _received(frame: pd.DataFrame, named: Mapping[str, str], _: int) -> Iterator[Line]:
    """A line an infusion: the share of those whose induction is over, and the counts that it is of."""
    received = frame[(frame["statistic"] == "received") & frame["n_of_due"].notna()]
    for infusion, rows in frame[frame["statistic"] == "received"].groupby("infusion", sort=True):
        own = {str(row["condition"]): row for row in rows.to_dict("records")}
        numbers = {
            named[name]: [*shares(row, "estimate"), *counts(row, "n_of_due", "n_due")]
            for name, row in own.items()
            if _is_told(row) and is_known(row["n_of_due"])
        }
        if (received["infusion"] == infusion).any():
            yield Line({say("report_table.infusion"): f"{int(str(infusion))}"}, numbers)


def _acute(frame: pd.DataFrame, named: Mapping[str, str], _: int) -> Iterator[Line]:
    told = frame.groupby("condition")["estimate"].transform(lambda own: own.notna().any())
    is_in_points = frame.loc[frame["statistic"] == "mean_change_points", "estimate"].notna().any()
    for (condition, infusion), rows in frame[told].groupby(["condition", "infusion"], sort=False):
        first = rows.to_dict("records")[0]
        points, fraction = (
            row_of(rows, name) or dict.fromkeys(FIGURES) for name in ("mean_change_points", "mean_change_fraction")
        )
        yield Line(
            {"Condition": named[str(condition)], "Infusion": str(infusion)},
            {
                "Infusions": counts(first, "n_infusions"),
                "With a score before": counts(first, "n_with_before"),
                "After": counts(first, "n_with_after"),
                "Both": [float(max(rows["n_changes"]))] if rows["n_changes"].notna().any() else [],
                **({"Mean change, points": counts(points, *FIGURES)} if is_in_points else {}),
                "Mean change, % of the score before": shares(fraction, *FIGURES),
            },
        )


def _completeness(frame: pd.DataFrame, named: Mapping[str, str], _: int) -> Iterator[Line]:
    for row in frame.to_dict("records"):
        yield Line(
            {"Condition": named[str(row["condition"])], "Cohort": str(row["cohort"])},
            {
                "Due": counts(row, "n_due"),
                "Followed up": counts(row, "n_observed"),
                "Lost": counts(row, "n_missed"),
                "Pending": counts(row, "n_pending"),
                "Followed up of those due": [] if row["suppressed"] else shares(row, *FIGURES),
            },
        )


def _quality(frame: pd.DataFrame, _named: Mapping[str, str], _: int) -> Iterator[Line]:
    """A line a check that found something; how many is not told where it is hidden of all of them."""
    shown = frame[frame["verdict"] != "passed"]
    is_counted = shown["n_violated"].notna().any()
    for row in sorted(shown.to_dict("records"), key=lambda each: each["verdict"] != "failed"):
        found = [*counts(row, "n_violated", "n_checked"), *map(float, written(str(row["counts"])))]
        yield Line(
            {say("report_table.check"): str(row["question"])},
            {
                say("report_table.violated"): found if is_counted else [],
                say("report_table.share"): shares(row, "estimate"),
                say("report_table.allowed"): shares(row, "allowed") if row["allowed"] else [],
            },
        )


def _imports(frame: pd.DataFrame, _named: Mapping[str, str], _: int) -> Iterator[Line]:
    columns = {
        "Rows landed": "n_landed",
        "Accepted": "n_accepted",
        "Duplicate": "n_duplicate",
        "Quarantined": "n_quarantined",
        "Not tracked": "n_not_tracked",
    }
    for row in frame.to_dict("records"):
        yield Line(
            {
                "Import": f"{row['position']}. {row['source']}",
                "Table": str(row["table_name"]),
                "Data through": f"{row['data_through']:%Y-%m-%d}",
                "Batch": str(row["batch"])[:12],
            },
            {head: counts(row, name) for head, name in columns.items()},
        )


LINES: Mapping[str, Callable[[pd.DataFrame, Mapping[str, str], int], Iterator[Line]]] = {
    "onset-curve": _curve,
    "durability-curve": _curve,
    "trend": _trend,
    "activity": _activity,
    "sites": _sites,
    "safety": _safety,
    "infusions-received": _received,
    "acute": _acute,
    "completeness": _completeness,
    "quality": _quality,
    "imports": _imports,
}
