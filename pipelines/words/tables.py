"""The numbers behind a figure as a table to read: units in the header, rounding last."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.flow import stage_label
from pipelines.words.infusions import INFUSIONS
from pipelines.words.numbers import HIDDEN, count, is_known, percent, percent_bounds, signed, signed_percent
from pipelines.words.onset import DAYS, group_words, short_interval
from pipelines.words.response import rate_words
from pipelines.words.retention import reason_words
from pipelines.words.selection import attribute_words
from pipelines.words.statement import Context, Row, met_of, scale_words, statistic
from pipelines.words.trajectory import ADJUSTED, CHANGE, FRACTION, PERCENTILES, SCORE, window_label

NOTHING = "–"
MAINTENANCE = ("observed_without_maintenance", "observed_on_maintenance")


def rate_numbers(rates: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """From started to met, then the rate and what the missing could change; one line a group.

    Args:
        rates: rows of a rate by the group.
        group: the column that tells the lines apart: `condition`, another group, `window` or `rule_version`.
        context: definitions, data-through date, selection.
    """
    lines = []
    for keys, rows in rates.groupby(list(dict.fromkeys(["condition", group])), sort=False):
        observed = statistic(rows, "observed")
        if observed is None:
            continue
        assumed, upper = statistic(rows, "missing_as_nonresponse"), statistic(rows, "bound_upper")
        lines.append(
            {
                **_names(str(keys[0]), group, str(keys[-1]), context),
                "Scale": scale_words(observed, context),
                "Started": count(observed["n_started"]),
                "With baseline": count(observed["n_with_baseline"]),
                "In the population": count(observed["n_in_population"]),
                "Followed up": count(observed["n_observed"]),
                "Missed": count(observed["n_missed"]),
                "Pending": count(observed["n_pending"]),
                "Met": _unless_withheld(observed, count(met_of(observed))),
                f"Rate ({context.confidence} interval)": _unless_withheld(observed, rate_words(observed, context)),
                "Missed counted as not met": _unless_withheld(observed, _share(assumed)),
                "If all missed had met": _unless_withheld(observed, _share(upper)),
                "Without the entry cut": _unless_withheld(observed, _share(statistic(rows, "observed_any_baseline"))),
            }
        )
    return pd.DataFrame(lines)


def maintenance_numbers(rates: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Those followed up, parted by whether an infusion came before the score."""
    return pd.DataFrame(
        [
            {
                "Condition": context.label(str(row["condition"])),
                "Part": say(f"maintenance.{str(row['statistic']).removeprefix('observed_')}"),
                "Followed up": count(row["n_observed"]),
                "Met": _unless_withheld(row, count(met_of(row))),
                f"Rate ({context.confidence} interval)": _unless_withheld(row, rate_words(row, context)),
            }
            for row in rates[rates["statistic"].isin(MAINTENANCE)].to_dict("records")
        ]
    )


def flow_numbers(flow: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Every stage and exclusion with its count and its share of the courses started."""
    return pd.DataFrame(
        [
            {
                "Condition": context.label(str(row["condition"])),
                "Stage": stage_label(row),
                "Courses": count(row["n_courses"]),
                "Of those started": _share(row),
            }
            for row in flow.to_dict("records")
            if row["statistic"] != "followed_up"
        ]
    )


def retention_numbers(retention: pd.DataFrame, context: Context) -> pd.DataFrame:
    """For each infusion, where the courses whose induction is over stand."""
    rows = retention[retention["n_of_due"].notna()]
    return pd.DataFrame(
        [
            {
                "Condition": context.label(str(row["condition"])),
                "Infusion": count(row["infusion"]),
                "Courses": say("retention.received")
                if row["statistic"] == "received"
                else reason_words(str(row["statistic"])),
                "n": count(row["n_of_due"]),
                "Induction over": count(row["n_due"]),
                f"Share ({context.confidence} interval)": _with_interval(row),
            }
            for row in rows.to_dict("records")
            if row["n_of_due"] or row["statistic"] == "received"
        ]
    )


def trajectory_numbers(table: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """Means and percentiles at each step; one line a group and step."""
    lines = []
    for keys, rows in table.groupby(list(dict.fromkeys(["condition", group, "window"])), sort=False):
        first: Row = rows.to_dict("records")[0]
        at = {name: statistic(rows, name) for name in (*ADJUSTED, *ADJUSTED.values(), *PERCENTILES.values())}
        lines.append(
            {
                **_names(str(keys[0]), group, str(keys[-2]), context),
                "Step": window_label(first, context),
                "Scale": scale_words(first, context),
                "Followed up": count(first["n_observed"]),
                "Missed": count(first["n_missed"]),
                "Pending": count(first["n_pending"]),
                "Counted later": count(first["n_counted_later"]),
                "Mean score": _mean(at[SCORE], lambda value: f"{value:.1f}"),
                "Mean score, with those lost": _mean(at[ADJUSTED[SCORE]], lambda value: f"{value:.1f}"),
                "Mean change, points": _mean(at[CHANGE], signed),
                "Mean change, points, with those lost": _mean(at[ADJUSTED[CHANGE]], signed),
                "Mean change, % of baseline": _mean(at[FRACTION], signed_percent),
                "Mean change, % of baseline, with those lost": _mean(at[ADJUSTED[FRACTION]], signed_percent),
                **{
                    f"{percent} % changed by": NOTHING if (row := at[name]) is None else _value(row, signed_percent)
                    for percent, name in PERCENTILES.items()
                },
            }
        )
    return pd.DataFrame(lines).pipe(_without_blank_columns)


def band_numbers(bands: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Every band at every step with its count and share."""
    return pd.DataFrame(
        [
            {
                "Condition": context.label(str(row["condition"])),
                "Step": window_label(row, context),
                "Band": str(row["band"]),
                "Courses": _unless_withheld(row, count(row["n_in_band"])),
                "Followed up": count(row["n_observed"]),
                f"Share ({context.confidence} interval)": _unless_withheld(row, _with_interval(row)),
            }
            for row in bands.to_dict("records")
        ]
    )


def onset_numbers(times: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """When half have responded, and the share of starters by each day; one line a group.

    Args:
        times: `onset_times` by the group.
        group: the column that tells the lines apart, such as `condition` or `site`.
        context: definitions, data-through date, selection.
    """
    lines = []
    clock = INFUSIONS if times["statistic"].str.startswith("recorded_by_infusion").any() else DAYS
    unit = clock.column
    for value, rows in times.groupby(group, sort=False):
        first: Row = rows.to_dict("records")[0]
        recorded = rows[rows["statistic"].str.startswith("recorded_by_")]
        lines.append(
            {
                attribute_words(group).capitalize(): context.label(str(value))
                if group == "condition"
                else group_words(group, str(value), context),
                "Started": count(first["n_started"]),
                "Assessed": count(first["n_assessed"]),
                "Responded": count(first["n_responded"]),
                f"Half by {unit} ({context.confidence} interval)": short_interval(rows, context, clock),
                f"Half recorded by, {unit} (Kaplan-Meier)": _day(statistic(rows, "median_recorded")),
                **{
                    f"By {unit} {str(row['statistic']).rsplit('_', 1)[-1]}": _share(row)
                    for row in recorded.to_dict("records")
                },
            }
        )
    return pd.DataFrame(lines)


def _names(condition: str, group: str, value: str, context: Context) -> dict[str, str]:
    names = {"Condition": context.label(condition)}
    if group == "window":
        names["Window"] = context.definitions.outcomes.windows[value].label
    elif group == "change":
        names["Change"] = say(f"reliable_change.{value}")
    elif group == "rule_version":
        names["Rule"] = context.rule_label(value)
    elif group != "condition":
        names[attribute_words(group).capitalize()] = group_words(group, value, context)
    return names


def _mean(row: Row | None, write: Callable[[float], str]) -> str:
    if row is None:
        return NOTHING
    text = _value(row, write)
    if row["suppressed"] or not is_known(row["lower"]):
        return text
    return f"{text} ({write(row['lower'])} to {write(row['upper'])})"


def _value(row: Row, write: Callable[[float], str]) -> str:
    return _unless_withheld(row, write(row["estimate"]) if is_known(row["estimate"]) else NOTHING)


def _without_blank_columns(table: pd.DataFrame) -> pd.DataFrame:
    """Points have no place where scales are mixed, nor per cents where a scale has no true zero."""
    return table.loc[:, (table != NOTHING).any()] if len(table) else table


def _unless_withheld(row: Row, text: str) -> str:
    return HIDDEN if row["suppressed"] else text


def _with_interval(row: Row) -> str:
    if row["suppressed"]:
        return HIDDEN
    if not is_known(row["estimate"]):
        return NOTHING
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return f"{percent(row['estimate'])} ({lower} to {upper})"


def _share(row: Row | None) -> str:
    if row is not None and row["suppressed"]:
        return HIDDEN
    return percent(row["estimate"]) if row is not None and is_known(row["estimate"]) else NOTHING


def _day(row: Row | None) -> str:
    if row is not None and row["suppressed"]:
        return HIDDEN
    if row is None or not is_known(row["estimate"]):
        return NOTHING
    ends = [_days(row[end]) if is_known(row[end]) else "not reached" for end in ("lower", "upper")]
    return f"{_days(row['estimate'])} ({ends[0]} to {ends[1]})"


def _days(value: float) -> str:
    """With a decimal where days are not whole: hours are tenths of a day."""
    return f"{round(value, 1):g}"
