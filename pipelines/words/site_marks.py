"""What a funnel of sites shows: each site's mark and sentence, what is left out and why, and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import confidence_words, count, is_known, listed, percent, percent_bounds, with_count
from pipelines.words.sites import (
    NOT_RECORDED,
    beyond_sites,
    has_limits,
    is_less_than_complete,
    limits_statistic,
    site_label,
)
from pipelines.words.statement import Context, Row, Statement, statistic

_FIRST = 3


@dataclass(frozen=True)
class SiteMark:
    """A site's place in the funnel.

    Attributes:
        site: its name.
        n: how many were followed up.
        rate: adjusted, as a fraction.
        is_beyond: whether it lies beyond one of the limits.
        is_complete: whether enough of those due were followed up for the rate to be taken as it stands.
        hover: all of it as a sentence.
    """

    site: str
    n: int
    rate: float
    is_beyond: bool
    is_complete: bool
    hover: str


@dataclass(frozen=True)
class SiteLeftOut:
    """A site without a mark: how many were followed up there, and why that is no rate."""

    site: str
    n: float
    hover: str


def site_marks(rows: pd.DataFrame, context: Context) -> list[SiteMark]:
    """The sites that are drawn, by name.

    Args:
        rows: `site_comparison` of one condition.
        context: definitions, data-through date, selection.
    """
    marks = []
    for site, own in rows.groupby("site", sort=False):
        adjusted = statistic(own, "adjusted")
        if adjusted is not None and _why_left_out(adjusted, context) == "":
            marks.append(
                SiteMark(
                    str(site),
                    int(adjusted["n_observed"]),
                    float(adjusted["estimate"]),
                    str(adjusted["verdict"]).startswith(("above", "below")),
                    not is_less_than_complete(adjusted, context),
                    _hover(str(site), own, adjusted, context),
                )
            )
    return marks


def sites_left_out(rows: pd.DataFrame, context: Context) -> list[SiteLeftOut]:
    """The sites that are not drawn, by name.

    Args:
        rows: `site_comparison` of one condition.
        context: definitions, data-through date, selection.
    """
    found = []
    for row in rows[rows["statistic"] == "adjusted"].to_dict("records"):
        if not row["suppressed"] and (reason := _why_left_out(row, context)):
            site = str(row["site"])
            found.append(SiteLeftOut(site, row["n_observed"], say("sites.hover_none", site=site, reason=reason)))
    return found


def sites_answer(table: pd.DataFrame, conditions: Sequence[str], context: Context) -> Statement:
    """Which site needs a look, of all conditions together.

    Args:
        table: `site_comparison`.
        conditions: those shown, the program among them, in their order.
        context: definitions, data-through date, selection.
    """
    own = {condition: table[table["condition"] == condition] for condition in conditions}
    judged = {condition: rows for condition, rows in own.items() if has_limits(rows)}
    outer = context.definitions.outcomes.sites.outer_limit
    inner = context.definitions.outcomes.sites.inner_limit
    more = " ".join(text for text in (_without_limits(own, context), _calls(table, context)) if text)
    if not judged:
        return Statement(say("sites.answer_none"), more=more)
    beyond = _named(judged, outer, context)
    if beyond:
        return Statement(
            say("sites.answer_beyond", sites=listed(beyond)), more=f"{say('sites.answer_look')} {more}".strip()
        )
    between = _named(judged, inner, context)
    if between:
        found = say(
            "sites.answer_between",
            inner=confidence_words(inner),
            outer=confidence_words(outer),
            sites=listed(between),
            by_chance=count(round(1 / (1 - inner))),
        )
        return Statement(found, more=more)
    return Statement(say("sites.answer_within"), more=more)


def funnel_alt(rows: pd.DataFrame, finding: str, condition: str, context: Context) -> str:
    """What a funnel shows."""
    marks = site_marks(rows, context)
    return say(
        "sites.alt",
        label=site_label(condition, context),
        finding=finding,
        sites="; ".join(mark.hover.partition("; expected")[0] for mark in marks) or say("sites.alt_none"),
    )


def left_out_note(rows: pd.DataFrame, context: Context) -> str:
    """Which sites stand only at the foot of the figure, and which are hidden; nothing where all are drawn."""
    few = [with_count(site.site, site.n) for site in sites_left_out(rows, context)]
    texts = [say("sites.left_out", fewest=count(context.fewest), sites=listed(few))] if few else []
    hidden = rows[(rows["statistic"] == "adjusted") & rows["suppressed"]]
    if len(hidden):
        texts.append(say("basis.hidden_groups", groups=listed(list(map(str, hidden["site"])))))
    return " ".join(texts)


def funnel_legend(context: Context) -> str:
    """What marks and curves mean."""
    rule = context.definitions.outcomes.sites
    return say(
        "sites.funnel_legend",
        inner=confidence_words(rule.inner_limit),
        outer=confidence_words(rule.outer_limit),
        complete=percent(context.definitions.outcomes.display.complete_enough_fraction),
    )


def curve_words(statistic_name: str, context: Context) -> str:
    """The coverage of a curve, to stand at its end: `95 %` for `limits_95`."""
    rule = context.definitions.outcomes.sites
    coverages = (rule.inner_limit, rule.outer_limit)
    return next(confidence_words(each) for each in coverages if limits_statistic(each) == statistic_name)


def _why_left_out(row: Row, context: Context) -> str:
    if row["suppressed"]:
        return say("rates.row_withheld")
    if row["n_observed"] < context.fewest:
        return say("rates.row_few", n_observed=count(row["n_observed"]))
    return "" if is_known(row["estimate"]) else say("sites.no_rate")


def _hover(site: str, own: pd.DataFrame, adjusted: Row, context: Context) -> str:
    expected, followed_up = statistic(own, "expected"), statistic(own, "followed_up")
    assert expected is not None
    assert followed_up is not None
    lower, upper = percent_bounds(adjusted["lower"], adjusted["upper"])
    return say(
        "sites.hover",
        site=site,
        estimate=percent(adjusted["estimate"]),
        confidence=context.confidence,
        lower=lower,
        upper=upper,
        n_met=count(adjusted["n_met"]),
        n_observed=count(adjusted["n_observed"]),
        expected=percent(expected["estimate"]),
        place=str(adjusted["verdict"]).partition(":")[0],
        followed_up=percent(followed_up["estimate"]),
    )


def _named(judged: dict[str, pd.DataFrame], coverage: float, context: Context) -> list[str]:
    """`Site 03 (depression, 27 % where 51 % is expected)`."""
    names = []
    for condition, rows in judged.items():
        for site in beyond_sites(rows[rows["statistic"] == "adjusted"], coverage):
            own = rows[rows["site"] == site]
            adjusted, expected = statistic(own, "adjusted"), statistic(own, "expected")
            assert adjusted is not None
            assert expected is not None
            names.append(
                say(
                    "sites.answer_site",
                    site=site,
                    label=site_label(condition, context).lower() if condition == "any" else context.word(condition),
                    observed=percent(adjusted["n_met"] / adjusted["n_observed"]),
                    expected=percent(expected["estimate"]),
                )
            )
    return names


def _without_limits(own: dict[str, pd.DataFrame], context: Context) -> str:
    names = [site_label(condition, context) for condition, rows in own.items() if len(rows) and not has_limits(rows)]
    if not names:
        return ""
    needed, fewest = context.definitions.outcomes.sites.fewest_for_limits, context.fewest
    return say("sites.answer_no_limits", names=listed(names), n_needed=count(needed), fewest=count(fewest))


def _calls(table: pd.DataFrame, context: Context) -> str:
    """How many sites lose more than may be lost, in the widest group that is shown."""
    followed_up = table[(table["statistic"] == "followed_up") & (table["site"] != NOT_RECORDED)]
    if followed_up.empty:
        return ""
    widest = followed_up[followed_up["condition"] == followed_up["condition"].iloc[-1]]
    due = [row for row in widest.to_dict("records") if row["n_due"] >= context.fewest]
    names = [str(row["site"]) for row in due if is_less_than_complete(row, context)]
    if not names:
        return ""
    sites = listed(names) if len(names) <= _FIRST else say("sites.of", n=count(len(names)), n_all=count(len(due)))
    complete = context.definitions.outcomes.display.complete_enough_fraction
    return say("sites.answer_calls", complete=percent(complete), sites=sites)
