"""The tables of a pack as they are printed: what is counted down the side, one column a cohort."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.durability import durability_numbers
from pipelines.words.flow import stage_label
from pipelines.words.numbers import HIDDEN, count, is_hidden, is_known, moment, percent, percent_bounds
from pipelines.words.quality import allowed_share, counts_words, share_words
from pipelines.words.sites import sites_numbers
from pipelines.words.statement import Context, Row, statistic
from pipelines.words.tables import onset_numbers, rate_numbers
from pipelines.words.trend import is_provisional

COHORT = "cohort"
NOTHING = "–"
_OF_SITES = ("Site", "Started", "Due", "Followed up", "Met", "Observed", "Expected", "Adjusted", "It lies")
_NOT_IN_LINES = ("Condition", "Scale", "Without the entry cut")
_HEADLINE = "Missed counted as not met"


def turned(lines: pd.DataFrame) -> pd.DataFrame:
    """One line for each count and one column for each cohort, which is what a page has room for.

    Args:
        lines: one line a cohort, named in a column `Cohort`.
    """
    own = lines.drop(columns=[name for name in ("Condition",) if name in lines]).set_index("Cohort")
    own = own.loc[:, [not all(_says_nothing(cell) for cell in own[name]) for name in own]]
    return own.T.rename_axis(index=say("report.what"), columns=None).reset_index()


def _says_nothing(cell: object) -> bool:
    return set(str(cell).split(", ")) == {NOTHING}


def rate_table(rates: pd.DataFrame, context: Context) -> pd.DataFrame:
    """A rate with all its denominators and everything that those missed could change.

    Args:
        rates: rows of a rate by `cohort`.
        context: definitions, data-through date, selection.
    """
    lines = rate_numbers(rates, COHORT, context)
    own = [rates[rates[COHORT] == cohort] for cohort in lines["Cohort"]]
    pending = int(lines.columns.get_loc("Pending")) + 1  # type: ignore[arg-type]
    not_anchored = [count(_of(rows, "observed")["n_not_anchored"]) for rows in own]
    if set(not_anchored) != {"0"}:
        lines.insert(pending, say("report_table.not_anchored"), not_anchored)
    assumed = [_share(statistic(rows, "missing_as_nonresponse")) for rows in own]
    lines[_HEADLINE] = assumed
    lines = lines.rename(columns={_HEADLINE: say("report_table.missed_with_interval", confidence=context.confidence)})
    lines = lines.drop(columns="If all missed had met")
    last = len(lines.columns) - 1
    lines.insert(last, say("report_table.bounds"), [_bounds(rows) for rows in own])
    standardised = say("report_table.standardised", confidence=context.confidence)
    lines.insert(last + 1, standardised, [_share(statistic(rows, "standardised")) for rows in own])
    return turned(lines)


def cohort_lines(rates: pd.DataFrame, head: str, context: Context) -> pd.DataFrame:
    """A rate by cohort, one line each: where there are more than a page is wide.

    Args:
        rates: rows of a rate by `cohort`.
        head: what the first column is called.
        context: definitions, data-through date, selection.
    """
    lines = rate_numbers(rates, COHORT, context).rename(columns={"Cohort": head})
    return lines.drop(columns=[name for name in _NOT_IN_LINES if name in lines])


def flow_table(flow: pd.DataFrame) -> pd.DataFrame:
    """Every stage and exclusion; those that are nobody or hidden in every cohort are passed over.

    Args:
        flow: `course_flow` of one condition by `cohort`.
    """
    shown = flow[flow["statistic"] != "followed_up"]
    lines = []
    for _, rows in shown.groupby("statistic", sort=False):
        if all(row["n_courses"] == 0 or is_hidden(row["n_courses"]) for row in rows.to_dict("records")):
            continue
        by_cohort = {str(row[COHORT]): _count_and_share(row) for row in rows.to_dict("records")}
        lines.append({say("report.what"): stage_label(rows.to_dict("records")[0]), **by_cohort})
    return pd.DataFrame(lines)


def onset_table(times: pd.DataFrame, context: Context) -> pd.DataFrame:
    """When half have responded, and the share of starters by each day.

    Args:
        times: `onset_times` of one condition by `cohort`.
        context: definitions, data-through date, selection.
    """
    return turned(onset_numbers(times, COHORT, context))


def durability_table(times: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Who is counted, when half no longer respond, and the shares at the landmarks.

    Args:
        times: `durability_times` of one condition by `cohort`.
        context: definitions, data-through date, selection.
    """
    return turned(durability_numbers(times, COHORT, context))


def curve_table(curve: pd.DataFrame, share: str, context: Context) -> pd.DataFrame:
    """The days with a number at risk across, as below the curve, and where it stands on each.

    Args:
        curve: rows of one curve and cohort.
        share: `response_share` or `durability_share`, how its column is headed.
        context: definitions, data-through date, selection.
    """
    steps: Sequence[Row] = curve[curve["statistic"] == "interval_censored"].to_dict("records")
    at_risk = curve[curve["statistic"] == "at_risk"].to_dict("records")
    days = {moment(row["day"]).removeprefix("day "): (row, _step_at(steps, row["day"])) for row in at_risk}
    lines = {
        say("report_table.at_risk"): {day: count(row["n_at_risk"]) for day, (row, _) in days.items()},
        say(f"report_table.{share}"): {day: _estimate(step) for day, (_, step) in days.items()},
        say("report_table.interval", confidence=context.confidence): {
            day: _ends(step) for day, (_, step) in days.items()
        },
    }
    return pd.DataFrame([{say("report_table.at_day"): name, **cells} for name, cells in lines.items()])


def trend_table(rows: pd.DataFrame) -> pd.DataFrame:
    """One line a quarter, as on the chart.

    Args:
        rows: `process_trends` of one condition and outcome.
    """
    return pd.DataFrame(
        [
            {
                say("report_table.quarter"): str(row["quarter"]),
                say("report_table.started"): count(row["n_started"]),
                say("report_table.in_population"): count(row["n_in_population"]),
                say("report_table.observed"): count(row["n_observed"]),
                say("report_table.missed"): count(row["n_missed"]),
                say("report_table.pending"): count(row["n_pending"]),
                say("report_table.met"): count(row["n_met"]),
                say("report_table.rate"): HIDDEN
                if row["suppressed"]
                else percent(row["estimate"])
                if is_known(row["estimate"])
                else NOTHING,
                say("report_table.signal"): _signal(row),
            }
            for row in rows[rows["statistic"] != "limits"].to_dict("records")
        ]
    )


def activity_table(started: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Courses started, with a baseline and in the population of the rates; one line a condition.

    Args:
        started: the first stages of `course_flow`.
        context: definitions, data-through date, selection.
    """
    lines = []
    for condition, rows in started.groupby("condition", sort=False):
        by_stage = {str(row["statistic"]): count(row["n_courses"]) for row in rows.to_dict("records")}
        lines.append(
            {
                say("report_table.condition"): context.label(str(condition)),
                **{say(f"report_table.{stage}"): n for stage, n in by_stage.items()},
            }
        )
    return pd.DataFrame(lines)


def sites_table(rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Each site of one condition: follow-up, the observed, the expected and the adjusted rate, and where it lies."""
    lines = sites_numbers(rows, context)
    return lines[[name for name in lines if str(name).partition(" (")[0] in _OF_SITES]]


def checks_table(checks: pd.DataFrame) -> pd.DataFrame:
    """The checks that found something, those that fail first, and those that had nothing to look at."""
    shown = checks[checks["verdict"] != "passed"]
    are_hidden = all(map(is_hidden, shown["n_violated"]))
    shown = shown.sort_values("verdict", key=lambda column: column != "failed", kind="stable")
    return pd.DataFrame(
        [
            {
                say("report_table.check"): str(row["question"]),
                **({} if are_hidden else {say("report_table.violated"): counts_words(row)}),
                say("report_table.share"): share_words(row),
                say("report_table.allowed"): allowed_share(row),
                say("report_table.state"): say(f"report_table.state_{row['verdict']}"),
            }
            for row in shown.to_dict("records")
        ]
    )


def _of(rows: pd.DataFrame, name: str) -> Row:
    row = statistic(rows, name)
    if row is None:
        raise KeyError(name)
    return row


def _count_and_share(row: Row) -> str:
    n = count(row["n_courses"])
    if row["suppressed"] or not is_known(row["estimate"]):
        return n
    return f"{n} ({percent(row['estimate'])})"


def _share(row: Row | None) -> str:
    if row is None:
        return NOTHING
    if row["suppressed"]:
        return HIDDEN
    if not is_known(row["estimate"]):
        return NOTHING
    if not is_known(row["lower"]):
        return percent(row["estimate"])
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return f"{percent(row['estimate'])} ({lower} to {upper})"


def _estimate(row: Row | None) -> str:
    if row is not None and row["suppressed"]:
        return HIDDEN
    return NOTHING if row is None or not is_known(row["estimate"]) else percent(row["estimate"])


def _ends(row: Row | None) -> str:
    if row is not None and row["suppressed"]:
        return HIDDEN
    if row is None or not is_known(row["lower"]):
        return NOTHING
    return " to ".join(percent_bounds(row["lower"], row["upper"]))


def _bounds(rows: pd.DataFrame) -> str:
    lower, upper = statistic(rows, "bound_lower"), statistic(rows, "bound_upper")
    if lower is None or upper is None or not is_known(lower["estimate"]) or not is_known(upper["estimate"]):
        return HIDDEN if lower is not None and lower["suppressed"] else NOTHING
    return " to ".join(percent_bounds(lower["estimate"], upper["estimate"])) + " %"


def _step_at(steps: Sequence[Row], day: float) -> Row | None:
    """The step in force on a day; None before the first."""
    return next((row for row in reversed(steps) if row["day"] <= day), None)


def _signal(row: Row) -> str:
    if row["statistic"] == "left_out":
        return say("report_table.provisional") if is_provisional(row) else say("report_table.too_few")
    return str(row["signal"]) if is_known(row["signal"]) and row["signal"] else NOTHING
