"""Sites side by side in words: whether any lies beyond what chance and case mix account for."""

from __future__ import annotations

import pandas as pd

from pipelines.words.catalogue import say
from pipelines.words.numbers import confidence_words, count, is_hidden, is_known, listed, percent, percent_bounds, total
from pipelines.words.response import window_label
from pipelines.words.sources import source_values
from pipelines.words.statement import Context, Row, Statement, scale_words, scales_in, statistic

PROGRAM = "any"
MISSING = "_missing_as_nonresponse"
NOT_RECORDED = "not recorded"
_NOTHING = "–"
_NAMED_AT_MOST = 3


def sites_statement(rows: pd.DataFrame, condition: str, context: Context) -> Statement:
    """Whether sites of one condition, or of the program, lie beyond the limits, and what that rests on.

    Args:
        rows: `site_comparison` of one condition.
        condition: its id, or `any`; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
    """
    lead = site_label(condition, context)
    observed = rows[rows["statistic"] == "observed"]
    if observed.empty or not observed["n_observed"].sum():
        courses = say("sites.program_courses") if condition == PROGRAM else context.courses(condition)
        return Statement(say("basis.no_courses", courses=courses), more=context.widen, lead=lead)
    adjusted = rows[rows["statistic"] == "adjusted"]
    n_judged = count(adjusted["n_sites"].max())
    basis = _basis(observed, condition, context)
    if str(context.filters.population).startswith("repeat"):
        return Statement(say("sites.repeat"), basis, lead=lead)
    if not has_limits(rows):
        rule = context.definitions.outcomes.sites
        needed, fewest = count(rule.fewest_for_limits), count(context.fewest)
        text = say("sites.no_limits", n_judged=n_judged, fewest=fewest, n_needed=needed)
        return Statement(text, basis, lead=lead)
    return Statement(_finding(adjusted, n_judged, context), basis, _missing(rows, context), lead)


def sites_notes(rows: pd.DataFrame, context: Context) -> list[str]:
    """What a reader must know of one condition's sites: who loses many, and whether the limits are widened.

    Args:
        rows: `site_comparison` of one condition.
        context: definitions, data-through date, selection.
    """
    observed = rows[rows["statistic"] == "observed"]
    if observed.empty or not observed["n_observed"].sum():
        return []
    texts = [
        _follow_up(observed, context),
        _missing_none(rows, context),
        _overdispersion(rows) if has_limits(rows) else "",
    ]
    return [text for text in texts if text]


def site_label(condition: str, context: Context) -> str:
    """The condition's name, or that of the program as a whole."""
    return say("sites.program") if condition == PROGRAM else context.label(condition)


def sites_numbers(table: pd.DataFrame, context: Context) -> pd.DataFrame:
    """One line a condition and site: follow-up, the observed, the expected and the adjusted rate, and where it lies."""
    lines = []
    for (condition, site), rows in table.groupby(["condition", "site"], sort=False):
        observed = statistic(rows, "observed")
        assert observed is not None
        judged = observed["n_observed"] >= context.fewest
        lines.append(
            {
                "Condition": site_label(str(condition), context),
                "Site": str(site),
                "Started": count(observed["n_started"]),
                "Due": count(observed["n_due"]),
                "Followed up": f"{count(observed['n_observed'])} ({_share(statistic(rows, 'followed_up'))})",
                "Met": count(observed["n_met"]),
                f"Observed ({context.confidence} interval)": _with_interval(observed) if judged else _NOTHING,
                "Expected": _share(statistic(rows, "expected")) if judged else _NOTHING,
                f"Adjusted ({context.confidence} interval)": _with_interval(statistic(rows, "adjusted"))
                if judged
                else _NOTHING,
                **{
                    f"{confidence_words(coverage)} limits": _bounds(statistic(rows, limits_statistic(coverage)))
                    for coverage in _limits(context)
                },
                "It lies": place_words(statistic(rows, "adjusted"), context),
                "Missed as not met, adjusted": _share(statistic(rows, f"adjusted{MISSING}")) if judged else _NOTHING,
                "It lies then": place_words(statistic(rows, f"adjusted{MISSING}"), context),
            }
        )
    return pd.DataFrame(lines)


def drawn_rates(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The adjusted rate of each site as a rate of its own, sites by name."""
    adjusted = rows[rows["statistic"] == "adjusted"].assign(statistic="observed")
    return {str(site): own for site, own in adjusted.groupby("site", sort=False)}


def overall_rate(rows: pd.DataFrame, context: Context) -> Row | None:
    """The rate of all sites together, to draw behind them; None where too few were followed up."""
    observed = rows[rows["statistic"] == "observed"]
    n_observed, n_met = total(observed["n_observed"]), total(observed["n_met"])
    if n_observed < context.fewest or is_hidden(n_observed) or is_hidden(n_met):
        return None
    return {
        **observed.to_dict("records")[0],
        "n_observed": n_observed,
        "estimate": n_met / n_observed,
    }


def sites_definition(context: Context) -> list[str]:
    """How sites are compared, with its source."""
    rule = context.definitions.outcomes.sites
    return [
        say(
            "sites.definition",
            inner=confidence_words(rule.inner_limit),
            outer=confidence_words(rule.outer_limit),
            winsorised=percent(rule.winsorised_fraction),
            n_needed=count(rule.fewest_for_limits),
            fewest=count(context.fewest),
            stratum=count(rule.fewest_in_stratum),
            **source_values(rule),
        )
    ]


def _finding(adjusted: pd.DataFrame, n_judged: str, context: Context) -> str:
    rule = context.definitions.outcomes.sites
    inner, outer = _limits(context)
    beyond, between = beyond_sites(adjusted, outer), beyond_sites(adjusted, inner)
    if beyond:
        names = listed(beyond)
        return say("sites.beyond", n=count(len(beyond)), n_judged=n_judged, outer=confidence_words(outer), names=names)
    if between:
        by_chance = count(max(1, round((1 - rule.inner_limit) * int(n_judged))))
        return say(
            "sites.between",
            n=count(len(between)),
            n_judged=n_judged,
            inner=confidence_words(inner),
            outer=confidence_words(outer),
            by_chance=by_chance,
        )
    return say("sites.within", n_judged=n_judged)


def _basis(observed: pd.DataFrame, condition: str, context: Context) -> str:
    n_met, n_observed = total(observed["n_met"]), total(observed["n_observed"])
    first: Row = observed.to_dict("records")[0]
    if condition == PROGRAM:
        scales = listed(sorted({scale for note in observed["note"] for scale in scales_in(str(note))}))
    else:
        scales = scale_words(first, context)
    return say(
        "sites.basis",
        overall=percent(n_met / n_observed),
        n_met=count(n_met),
        n_observed=count(n_observed),
        scales=scales,
        window=window_label(first, context),
    )


def _overdispersion(rows: pd.DataFrame) -> str:
    notes = rows.loc[rows["statistic"].str.fullmatch(r"limits_\d+"), "note"]
    return say("sites.not_wider") if notes.iloc[0].endswith("tau squared 0") else say("sites.wider")


def _follow_up(observed: pd.DataFrame, context: Context) -> str:
    """The sites with enough due whose follow-up deserves a look."""
    complete = context.definitions.outcomes.display.complete_enough_fraction
    names = [
        str(row["site"])
        for row in observed.to_dict("records")
        if row["n_due"] >= context.fewest and is_less_than_complete(row, context)
    ]
    if not names:
        return ""
    told = (
        listed(names)
        if len(names) <= _NAMED_AT_MOST
        else say("sites.of", n=count(len(names)), n_all=count(len(observed)))
    )
    return say("sites.follow_up", complete=percent(complete), sites=told)


def is_less_than_complete(row: Row, context: Context) -> bool:
    """Whether so many of those due were lost that the rate may lie elsewhere."""
    complete = context.definitions.outcomes.display.complete_enough_fraction
    return bool(row["n_due"] and row["n_observed"] < complete * row["n_due"])


def _missing(rows: pd.DataFrame, context: Context) -> str:
    """The sites that lie beyond the outer limits only once those lost are counted against them, or as well."""
    _, outer = _limits(context)
    names = beyond_sites(rows[rows["statistic"] == f"adjusted{MISSING}"], outer)
    return say("sites.missing", outer=confidence_words(outer), names=listed(names)) if names else ""


def _missing_none(rows: pd.DataFrame, context: Context) -> str:
    _, outer = _limits(context)
    is_judged = has_limits(rows) and not _missing(rows, context)
    return say("sites.missing_none", outer=confidence_words(outer)) if is_judged else ""


def has_limits(rows: pd.DataFrame) -> bool:
    """Whether there are sites enough for limits."""
    return bool(rows["statistic"].str.startswith("limits_").any())


def _limits(context: Context) -> tuple[float, float]:
    rule = context.definitions.outcomes.sites
    return rule.inner_limit, rule.outer_limit


def beyond_sites(adjusted: pd.DataFrame, coverage: float) -> list[str]:
    """The sites whose verdict begins with this limit."""
    return [str(row["site"]) for row in adjusted.to_dict("records") if _side(row, coverage)]


def _side(row: Row, coverage: float) -> str:
    """`above` or `below` the limit of a coverage, by the row's verdict; nothing where it does not lie beyond it."""
    verdict = str(row["verdict"])
    return next((side for side in ("above", "below") if verdict.startswith(f"{side} the {100 * coverage:g} % ")), "")


def place_words(row: Row | None, context: Context) -> str:
    """Where an adjusted rate lies, in a word."""
    if row is None or str(row["verdict"]).startswith("not judged"):
        return say("sites.not_judged")
    for name, coverage in zip(("inner", "outer"), _limits(context), strict=True):
        if side := _side(row, coverage):
            return say(f"sites.{side}_{name}", **{name: confidence_words(coverage)})
    return say("sites.inside")


def limits_statistic(coverage: float) -> str:
    """`limits_998` for limits of 99.8 %."""
    return f"limits_{100 * coverage:g}".replace(".", "")


def _share(row: Row | None) -> str:
    return percent(row["estimate"]) if row is not None and is_known(row["estimate"]) else _NOTHING


def _with_interval(row: Row | None) -> str:
    if row is None or not is_known(row["estimate"]):
        return _NOTHING
    return f"{percent(row['estimate'])} ({_bounds(row).removesuffix(' %')})"


def _bounds(row: Row | None) -> str:
    if row is None or not is_known(row["lower"]):
        return _NOTHING
    return f"{' to '.join(percent_bounds(row['lower'], row['upper']))} %"
