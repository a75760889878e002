"""The three sentences above the overview: what changed, what deserves a look, what cannot be said yet."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, listed, percent, percent_bounds, points
from pipelines.words.onset import recall_warning
from pipelines.words.sites import PROGRAM
from pipelines.words.statement import Context, Row, Statement
from pipelines.words.trend import is_provisional, latest_point

_NAMED_AT_MOST = 3


def changed_statement(change: pd.DataFrame, trend: pd.DataFrame, context: Context) -> Statement:
    """What changed: a signal of a process chart, or an interval that excludes no change after correction; else nothing.

    The latest mature quarter stands beside its usual variation either way, and quarters that may still fill up are
    called provisional.

    Args:
        change: `response_change`; empty when no condition has quarters to compare.
        trend: `process_trends` of the conditions shown.
        context: definitions, data-through date, selection.
    """
    lead = say("changed.lead")
    if context.data_through is None:
        return Statement(say("changed.maturity_unknown"), say("changed.maturity_unknown_basis"), lead=lead)
    charts = trend[trend["outcome"] == "response"]
    latest = _latest_quarters(charts, context)
    signals = _signals(charts, context)
    provisional = _provisional(charts)
    n_quarters = count(context.definitions.outcomes.display.quarters_compared)
    is_moved = (change["lower"] > 0) | (change["upper"] < 0)
    if change.empty:
        needed = count(2 * context.definitions.outcomes.display.quarters_compared)
        basis = say("changed.too_early_basis", quarters_now=latest, n_quarters=needed, fewest=count(context.fewest))
        finding = say("changed.too_early")
    else:
        shown = change[is_moved] if is_moved.any() else change
        comparisons = [_comparison(row, context) for row in shown.to_dict("records")]
        basis = say(
            "changed.basis",
            quarters_now=latest,
            n_quarters=n_quarters,
            comparisons=", ".join(comparisons),
        )
        moved = listed([context.word(str(condition)) for condition in shown["condition"]])
        finding = say("changed.moved", conditions=moved) if is_moved.any() else say("changed.nothing")
    if signals:
        told = say("changed.signals", signals=listed(signals))
        finding = f"{told}; {finding[0].lower()}{finding[1:]}" if is_moved.any() else told
    return Statement(finding, basis, provisional, lead)


def look_statement(
    completeness: pd.DataFrame, by_site: pd.DataFrame, sites: pd.DataFrame, context: Context
) -> Statement:
    """What deserves a look: much lost follow-up, sites far below the others in it, sites beyond the limits of chance.

    Args:
        completeness: `follow_up_completeness` by condition.
        by_site: the same by site.
        sites: `site_comparison`.
        context: definitions, data-through date, selection.
    """
    lead = say("look.lead")
    due = completeness[completeness["n_due"] > 0]
    if due.empty:
        return Statement(say("look.nobody"), lead=lead)
    complete_enough = context.definitions.outcomes.display.complete_enough_fraction
    findings, details = [], []
    far, beyond = far_below(by_site), beyond_limits(sites, context)
    if far:
        findings.append(say("look.sites", sites=_few(far)))
        details += [_site_counts(site, by_site, context) for site in far[:_NAMED_AT_MOST]]
    if beyond:
        findings.append(say("look.beyond", sites=f"{_few(list(beyond))} {_are(beyond)}"))
        details += [
            say("look.beyond_site", site=site, conditions=listed(conditions))
            for site, conditions in list(beyond.items())[:_NAMED_AT_MOST]
        ]
    incomplete = due[(due["estimate"] < complete_enough) & (due["n_due"] >= context.fewest)]
    if not incomplete.empty:
        conditions = listed([context.word(str(condition)) for condition in incomplete["condition"]])
        threshold = percent(complete_enough)
        which = "incomplete_too" if far else "incomplete"
        told = say(f"look.{which}", threshold=threshold, conditions=conditions)
        findings.insert(1 if far else 0, told)
        shares = [
            f"{context.word(str(row['condition']))} {percent(row['estimate'])}" for row in incomplete.to_dict("records")
        ]
        details.append(say("look.conditions", conditions=", ".join(shares)))
    if not findings:
        return Statement(say("look.nothing", threshold=percent(complete_enough)), lead=lead)
    basis = say("look.basis", details="; ".join(details))
    cure = [say("look.cure")] if far or not incomplete.empty else []
    return Statement("; ".join(findings), basis, " ".join(cure), lead)


def far_below(by_site: pd.DataFrame) -> list[str]:
    """The sites whose follow-up lies far below the others, the least complete first."""
    far = by_site[by_site["note"].str.contains("far below")]
    return [str(site) for site in far.sort_values("estimate")["site"].unique()]


def beyond_limits(sites: pd.DataFrame, context: Context) -> dict[str, list[str]]:
    """The sites beyond the outer limits of chance, by name, each with the conditions in which it lies there."""
    outer = f"the {100 * context.definitions.outcomes.sites.outer_limit:g} % "
    found: dict[str, list[str]] = {}
    for row in sites[sites["statistic"] == "adjusted"].to_dict("records"):
        side = next((side for side in ("above", "below") if row["verdict"].startswith(f"{side} {outer}")), "")
        if side and not row["suppressed"]:
            found.setdefault(str(row["site"]), []).append(f"{side} in {_where(str(row['condition']), context)}")
    return dict(sorted(found.items()))


def unknown_statement(counts: pd.DataFrame, context: Context) -> Statement:
    """What the data cannot say yet: pending courses, conditions with too few, and that there is no control.

    Args:
        counts: `response_counts` by condition.
        context: definitions, data-through date, selection.
    """
    rows = counts.to_dict("records")
    few = [context.word(str(row["condition"])) for row in rows if row["n_observed"] < context.fewest]
    pending = [
        f"{count(row['n_pending'])} of {context.word(str(row['condition']))}" for row in rows if row["n_pending"]
    ]
    n_unknown = sum(row["n_maturity_unknown"] for row in rows)
    more = [say("unknown.no_control"), context.maturity_warning(n_unknown)]
    basis = ""
    if few:
        finding = say("unknown.few", conditions=listed(few))
    elif pending:
        finding = say("unknown.pending", pending=listed(pending))
    elif n_unknown:
        finding = say("unknown.undated")
    else:
        finding = say("unknown.closed")
    if context.data_through is not None:
        basis = say("unknown.pending_basis", data_through=context.data_through.isoformat())
    return Statement(finding, basis, " ".join(text for text in more if text), say("unknown.lead"))


def recall_note(times: pd.DataFrame, context: Context) -> str:
    """What stands below the rows: whom the times are of, and which scales cannot tell hours.

    Args:
        times: `onset_times` of the conditions shown.
        context: definitions, data-through date, selection.
    """
    rows = times[times["statistic"] == "median_interval"].to_dict("records")
    words = dict.fromkeys(text for row in rows if (text := recall_warning(row, context)))
    return say("row.assumed", recall=" ".join(words)).strip()


def _comparison(row: Row, context: Context) -> str:
    return say(
        "changed.comparison",
        condition=context.word(str(row["condition"])),
        difference=points(row["estimate"]),
        lower=points(row["lower"]),
        upper=points(row["upper"]),
    )


def _latest_quarters(charts: pd.DataFrame, context: Context) -> str:
    """The latest mature quarter of each chart that has limits beside its usual variation; empty where none has."""
    told: dict[str, list[str]] = {}
    for condition, rows in charts.groupby("condition", sort=False):
        latest = latest_point(rows)
        if latest is None:
            continue
        limits = rows[rows["statistic"] == "limits"].to_dict("records")[-1]
        if not limits["verdict"]:
            continue
        lower, upper = percent_bounds(limits["lower"], limits["upper"])
        values = {"condition": context.word(str(condition)), "estimate": percent(latest["estimate"])}
        words = say("changed.latest_usual", **values, lower=lower, upper=upper)
        told.setdefault(str(latest["quarter"]), []).append(words)
    return "".join(
        say("changed.latest", quarter=quarter, conditions="; ".join(conditions)) for quarter, conditions in told.items()
    )


def _signals(charts: pd.DataFrame, context: Context) -> list[str]:
    """The charts whose latest mature quarter is part of a signal."""
    told = []
    for condition, rows in charts.groupby("condition", sort=False):
        verdict = rows[rows["statistic"] == "limits"].to_dict("records")[-1]["verdict"]
        latest = latest_point(rows)
        if latest is not None and verdict in ("signal_high", "signal_low"):
            names = {"condition": context.word(str(condition)), "quarter": str(latest["quarter"])}
            told.append(say(f"changed.{verdict}", **names))
    return told


def _provisional(charts: pd.DataFrame) -> str:
    quarters = sorted({str(row["quarter"]) for row in charts.to_dict("records") if is_provisional(row)})
    if not quarters:
        return ""
    return say(
        "changed.provisional_one" if len(quarters) == 1 else "changed.provisional_many", quarters=listed(quarters)
    )


def _where(condition: str, context: Context) -> str:
    return say("sites.program").lower() if condition == PROGRAM else context.word(condition)


def _are(names: Collection[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _few(names: list[str]) -> str:
    if len(names) > _NAMED_AT_MOST:
        names = [*names[:_NAMED_AT_MOST], f"{len(names) - _NAMED_AT_MOST} more"]
    return listed(names)


def _site_counts(site: str, by_site: pd.DataFrame, context: Context) -> str:
    far = by_site[by_site["note"].str.contains("far below")]
    counts = [
        f"{context.word(str(row['condition']))} {count(row['n_observed'])} of {count(row['n_due'])}"
        for row in far[far["site"] == site].to_dict("records")
    ]
    return say("look.site", site=site, counts=", ".join(counts))
