"""The three sentences above the overview: what changed, what deserves a look, what cannot be said yet."""

from __future__ import annotations

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import count, listed, percent, points
from pipelines.words.statement import Context, Row, Statement

_NAMED_AT_MOST = 3


def changed_statement(change: pd.DataFrame, context: Context) -> Statement:
    """What changed: only an interval that excludes no change counts, after correction for several conditions.

    Args:
        change: `response_change`; empty when no condition has quarters to compare.
        context: definitions, data-through date, selection.
    """
    lead = say("changed.lead")
    if context.data_through is None:
        return Statement(say("changed.maturity_unknown"), say("changed.maturity_unknown_basis"), lead=lead)
    if change.empty:
        basis = say(
            "changed.too_early_basis",
            n_quarters=count(2 * context.definitions.outcomes.display.quarters_compared),
            fewest=count(context.fewest),
        )
        return Statement(say("changed.too_early"), basis, lead=lead)
    is_moved = (change["lower"] > 0) | (change["upper"] < 0)
    shown = change[is_moved] if is_moved.any() else change
    comparisons = [_comparison(row, position, context) for position, row in enumerate(shown.to_dict("records"))]
    basis = say(
        "changed.basis",
        n_quarters=count(context.definitions.outcomes.display.quarters_compared),
        quarters=listed([str(quarters) for quarters in shown["quarters"].unique()]),
        comparisons="; ".join(comparisons),
    )
    if not is_moved.any():
        return Statement(say("changed.nothing"), basis, lead=lead)
    moved = listed([context.word(str(condition)) for condition in shown["condition"]])
    return Statement(say("changed.moved", conditions=moved), basis, lead=lead)


def look_statement(completeness: pd.DataFrame, by_site: pd.DataFrame, context: Context) -> Statement:
    """What deserves a look: conditions with much lost follow-up, and sites far below the others.

    Args:
        completeness: `follow_up_completeness` by condition.
        by_site: the same by site.
        context: definitions, data-through date, selection.
    """
    lead = say("look.lead")
    due = completeness[completeness["n_due"] > 0]
    if due.empty:
        return Statement(say("look.nobody"), lead=lead)
    complete_enough = context.definitions.outcomes.display.complete_enough_fraction
    findings, details = [], []
    incomplete = due[(due["estimate"] < complete_enough) & (due["n_due"] >= context.fewest)]
    if not incomplete.empty:
        conditions = listed([context.word(str(condition)) for condition in incomplete["condition"]])
        threshold = percent(complete_enough)
        findings.append(say("look.incomplete", threshold=threshold, conditions=conditions))
        shares = [
            f"{context.word(str(row['condition']))} {percent(row['estimate'])}" for row in incomplete.to_dict("records")
        ]
        details.append(say("look.conditions", conditions=", ".join(shares)))
    far = by_site[by_site["note"].str.contains("far below")]
    if not far.empty:
        sites = [str(site) for site in far.sort_values("estimate")["site"].unique()]
        verb = "is" if len(sites) == 1 else "are"
        findings.append(say("look.sites", sites=f"{_few(sites)} {verb}"))
        details += [_site_counts(site, far, context) for site in sites[:_NAMED_AT_MOST]]
    if not findings:
        return Statement(say("look.nothing", threshold=percent(complete_enough)), lead=lead)
    basis = say("look.basis", details="; ".join(details))
    return Statement("; ".join(findings), basis, say("look.cure"), lead)


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
    n_unknown = sum(int(row["n_maturity_unknown"]) for row in rows)
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


def completeness_summary(row: Row | None) -> str:
    """`457 followed up of 746 due`."""
    if row is None or not row["n_due"]:
        return say("completeness.none_due")
    return say(
        "completeness.summary",
        n_observed=count(row["n_observed"]),
        n_due=count(row["n_due"]),
    )


def completeness_hover(row: Row, context: Context) -> str:
    """The same as a sentence, to show at its mark."""
    return say(
        "completeness.hover",
        estimate=percent(row["estimate"]),
        n_due=count(row["n_due"]),
        courses=context.courses(str(row["condition"])),
        n_observed=count(row["n_observed"]),
    )


def rates_alt(condition: str, response: str, remission: str, followed_up: str, context: Context) -> str:
    """What the small chart of rates shows."""
    return say(
        "response.rates_alt",
        label=context.label(condition),
        response=response,
        remission=remission,
        followed_up=followed_up,
    )


def _comparison(row: Row, position: int, context: Context) -> str:
    return say(
        "changed.first" if position == 0 else "changed.next",
        condition=context.word(str(row["condition"])),
        difference=points(row["estimate"]),
        lower=points(row["lower"]),
        upper=points(row["upper"]),
    )


def _few(names: list[str]) -> str:
    if len(names) > _NAMED_AT_MOST:
        names = [*names[:_NAMED_AT_MOST], f"{len(names) - _NAMED_AT_MOST} more"]
    return listed(names)


def _site_counts(site: str, far: pd.DataFrame, context: Context) -> str:
    counts = [
        f"{context.word(str(row['condition']))} {count(row['n_observed'])} of {count(row['n_due'])}"
        for row in far[far["site"] == site].to_dict("records")
    ]
    return say("look.site", site=site, counts=", ".join(counts))
