"""Suicidal ideation in words: how many with it recorded have none any more, and how many have it newly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipelines.words.catalogue import catalogue, say
from pipelines.words.entries import Entry, Fact, Section, section
from pipelines.words.numbers import capitalised, count, is_known, listed, percent, percent_bounds
from pipelines.words.onset import group_words
from pipelines.words.response import window_label
from pipelines.words.selection import attribute_words
from pipelines.words.sources import source_of, source_values
from pipelines.words.statement import Context, Row, Statement, statistic

if TYPE_CHECKING:
    from pipelines.definitions import Definitions
    from pipelines.definitions.suicidality import IdeationSource

_PROGRAM = "any"


def suicidality_statement(table: pd.DataFrame, condition: str, context: Context) -> Statement:
    """Each source in turn: how many have none any more, less, or newly some, and of whom it is recorded.

    Args:
        table: `suicidality` of one condition.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    courses, lead = context.courses(condition), context.label(condition)
    if table.empty or not table["n_started"].max():
        return Statement(say("basis.no_courses", courses=courses), more=context.widen, lead=lead)
    if table["suppressed"].any():
        return Statement(say("basis.withheld", courses=courses), lead=lead)
    recorded = recorded_sources(table, context)
    if not recorded:
        return Statement(say("suicidality.none", courses=courses), lead=lead)
    first = recorded[0]
    said = _source(table[table["scale"] == first.id], first, courses, context)
    return Statement(said.finding, said.basis, said.more, lead)


def recorded_sources(table: pd.DataFrame, context: Context) -> list[IdeationSource]:
    """The sources by which any level was recorded at baseline, for one condition."""
    sources = context.definitions.outcomes.suicidality.sources
    return [source for source in sources if _recorded(table[table["scale"] == source.id])]


def source_words(table: pd.DataFrame, source: IdeationSource) -> str:
    """Of whom the level is recorded by a source, for one condition."""
    rows = table[(table["scale"] == source.id) & (table["statistic"] == "observed")]
    if rows["suppressed"].any():
        return ""
    named = {str(row["outcome"]): row for row in rows.to_dict("records")}
    before, present = named["present_at_baseline"], named["present"]
    texts = [
        say(
            "suicidality.recorded",
            n_recorded=count(before["n_recorded"]),
            n_started=count(before["n_started"]),
            n_with=count(before["n_met"]),
            share=percent(before["estimate"]),
        )
    ]
    if before["n_total_only_at_baseline"]:
        texts.append(say("suicidality.total_only", n=count(before["n_total_only_at_baseline"])))
    if present["n_pending"]:
        texts.append(say("suicidality.pending", n=count(present["n_pending"])))
    return " ".join(texts)


def suicidality_numbers(table: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """One line for each source and outcome of a condition and group; `any` is the program."""
    keys = list(dict.fromkeys(["condition", group, "scale", "outcome"]))
    lines = []
    for _, rows in table.groupby(keys, sort=False, dropna=False):
        observed = statistic(rows, "observed")
        if observed is None:
            continue
        condition = str(observed["condition"])
        line = {"Condition": say("suicidality.program") if condition == _PROGRAM else context.label(condition)}
        if group != "condition":
            line[attribute_words(group).capitalize()] = group_words(group, str(observed[group]), context)
        lines.append(
            line
            | {
                "Recorded by": str(observed["scale"]),
                "Outcome": capitalised(say(f"suicidality.{observed['outcome']}")),
                "Recorded at baseline": count(observed["n_recorded"]),
                "Of": count(observed["n_observed"]),
                "No score": _count(observed["n_missed"]),
                "Item not recorded": _count(observed["n_total_only"]),
                "Pending": _count(observed["n_pending"]),
                "Met": _count(observed["n_met"]),
                f"Share ({context.confidence} interval)": _share_and_bounds(observed),
                "If none of the unknown had met": _share(statistic(rows, "bound_lower")),
                "If all of them had met": _share(statistic(rows, "bound_upper")),
                "Published": _share(statistic(rows, "published")),
            }
        )
    return pd.DataFrame(lines)


def suicidality_definition(definitions: Definitions) -> list[str]:
    """What each level is, with its source."""
    return [
        say(
            "suicidality.definition",
            source=source.id,
            text=_source_text(source),
            **source_values(source),
        )
        for source in definitions.outcomes.suicidality.sources
    ]


def suicidality_section(definitions: Definitions) -> Section:
    """What each level is read from, and who counts."""
    rule = definitions.outcomes.suicidality
    entries = (
        Entry(
            f"suicidality-{position}",
            source.id,
            (Fact(rule.version, f"{capitalised(_source_text(source))}.", source_of(source)),),
        )
        for position, source in enumerate(rule.sources, start=1)
    )
    return section("suicidality", entries)


def published_ideation(definitions: Definitions) -> str:
    """The published shares, with the caution that they are no verdict."""
    results = []
    for result in definitions.outcomes.suicidality.published:
        values = {"estimate": percent(result.estimate), "citation": result.citation}
        key = f"suicidality.published_{result.outcome}"
        if key in catalogue():
            results.append(say(key, **values))
        else:
            outcome = say(f"suicidality.{result.outcome}")
            results.append(say("suicidality.published_other", outcome=outcome, **values))
    return say("suicidality.published", results=listed(results)) if results else ""


def _recorded(rows: pd.DataFrame) -> bool:
    return bool(len(rows)) and bool(rows["n_recorded"].fillna(0).max())


def _source(rows: pd.DataFrame, source: IdeationSource, courses: str, context: Context) -> Statement:
    named = {str(row["outcome"]): row for row in rows[rows["statistic"] == "observed"].to_dict("records")}
    resolved = named["resolved"]
    if resolved["n_observed"] < context.fewest:
        n_observed, fewest = count(resolved["n_observed"]), count(context.fewest)
        finding = say("suicidality.few", source=source.id, courses=courses, n_observed=n_observed, fewest=fewest)
        return Statement(finding)
    lower, upper = percent_bounds(resolved["lower"], resolved["upper"])
    new = named["newly_present"]
    newly = say("suicidality.newly", n_new=count(new["n_met"]), n_none=count(new["n_observed"]))
    return Statement(
        say("suicidality.finding", source=source.id, estimate=percent(resolved["estimate"])),
        say(
            "suicidality.basis",
            confidence=context.confidence,
            lower=lower,
            upper=upper,
            n_met=count(resolved["n_met"]),
            n_observed=count(resolved["n_observed"]),
            courses=courses,
            window=window_label(resolved, context),
        ),
        " ".join(text for text in (newly, _unknown(rows, resolved)) if text),
    )


def _unknown(rows: pd.DataFrame, resolved: Row) -> str:
    n_unknown = resolved["n_missed"] + resolved["n_total_only"]
    assumed = statistic(rows[rows["outcome"] == "resolved"], "missing_as_nonresponse")
    if not n_unknown or assumed is None:
        return ""
    return say("suicidality.unknown", n_unknown=count(n_unknown), estimate=percent(assumed["estimate"]))


def _source_text(source: IdeationSource) -> str:
    if source.item is None:
        text = say("suicidality.level", scale=source.scale)
    else:
        text = say("suicidality.item", item=str(source.item), scale=source.scale)
    if source.high_risk_from is None:
        return text
    return say("suicidality.high_from", text=text, level=str(source.high_risk_from))


def _count(value: object) -> str:
    return "–" if pd.isna(value) else count(value)  # type: ignore[call-overload,arg-type]  # cells are scalars


def _share(row: Row | None) -> str:
    return percent(row["estimate"]) if row is not None and is_known(row["estimate"]) else "–"


def _share_and_bounds(row: Row) -> str:
    if not is_known(row["estimate"]):
        return "–"
    lower, upper = percent_bounds(row["lower"], row["upper"])
    return f"{percent(row['estimate'])} ({lower} to {upper})"
