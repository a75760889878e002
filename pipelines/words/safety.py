"""What happened at infusions in words: adverse events, stopped infusions, pressures, and how many courses got worse."""

from __future__ import annotations

import pandas as pd

from pipelines.definitions import Definitions
from pipelines.definitions.infusions import RISES, WORSENINGS, PublishedFinding
from pipelines.words.acute import acute_entry
from pipelines.words.catalogue import catalogue, say
from pipelines.words.entries import Entry, Fact, Section
from pipelines.words.numbers import capitalised, count, is_hidden, is_known, percent, signed
from pipelines.words.rates import group_label
from pipelines.words.selection import attribute_words
from pipelines.words.sources import source_of
from pipelines.words.statement import Context, Row, Statement, statistic

ALL, PROGRAM, PUBLISHED = "all", "any", "_published"
_NOTHING = "–"
_NOT_COMPARABLE = "not comparable"
EVENT = "adverse_event"
UNITS = {"systolic_rise": "mmhg", "diastolic_rise": "mmhg", "heart_rate_rise": "per_minute"}


def safety_statement(rows: pd.DataFrame, condition: str, context: Context) -> Statement:
    """Adverse events of one condition per 100 infusions with the field recorded, then all else; or why nothing is said.

    Args:
        rows: `infusion_safety` of one condition.
        condition: its id; the table is empty when the selection holds none of it.
        context: definitions, data-through date, selection.
    """
    lead, courses = context.label(condition), context.courses(condition)
    own = rows[rows["infusion"] == ALL]
    event = statistic(own, EVENT)
    if event is None:
        return Statement(say("basis.no_courses", courses=courses), more=context.widen, lead=lead)
    if event["suppressed"]:
        return Statement(say("basis.withheld", courses=courses), lead=lead)
    more = " ".join(text for text in (_stopped(own, context), _worse(rows, context)) if text)
    if not event["n_infusions"]:
        return Statement(say("safety.no_infusions", courses=courses), more=more, lead=lead)
    if not event["n_recorded"]:
        nothing = say("safety.not_recorded", courses=courses, n_infusions=count(event["n_infusions"]))
        return Statement(nothing, more=more, lead=lead)
    if event["n_recorded"] < context.fewest:
        few = say("safety.few", courses=courses, n=count(event["n_recorded"]), fewest=count(context.fewest))
        return Statement(few, more=more, lead=lead)
    counts = {} if is_hidden(event["n_courses"]) else {"n_courses": count(event["n_courses"])}
    basis = say(
        "safety.basis" if counts else "safety.basis_courses_hidden",
        confidence=context.confidence,
        lower=of_hundred(event["lower"]),
        upper=of_hundred(event["upper"]),
        n_with=count(event["n_with"]),
        n_recorded=count(event["n_recorded"]),
        n_not_recorded=count(event["n_not_recorded"]),
        **counts,
    )
    finding = say("safety.finding", courses=courses, with_it=of_hundred(event["estimate"]))
    return Statement(finding, basis, more, lead)


def safety_numbers(table: pd.DataFrame, group: str, context: Context) -> pd.DataFrame:
    """One line for each condition or group and finding: of all infusions, of each number, and as published.

    Args:
        table: `infusion_safety` by the group.
        group: the column that tells the lines apart beside condition.
        context: definitions, data-through date, selection.
    """
    published = table[table["statistic"].str.endswith(PUBLISHED)]
    own = table[~table["statistic"].str.endswith(PUBLISHED)]
    numbers = [str(name) for name in own["infusion"].dropna().unique() if name != ALL]
    lines = []
    for keys, rows in own.groupby(list(dict.fromkeys(["condition", group, "statistic"])), sort=False):
        name = str(keys[-1])
        by_infusion = {str(row["infusion"]): row for row in rows.to_dict("records")}
        whole = next(iter(by_infusion.values()))
        if name.startswith(f"{EVENT}_") and not whole["n_with"]:
            continue
        names = {"Condition": _condition(str(keys[0]), context)}
        if group != "condition":
            names[attribute_words(group).capitalize()] = group_label(group, str(whole[group]), context)
        lines.append(
            {
                **names,
                "What": finding_label(name),
                "Recorded": count(whole["n_recorded"]),
                "Not recorded": count(whole["n_not_recorded"]),
                "With it": _NOTHING if pd.isna(whole["n_with"]) else count(whole["n_with"]),
                f"All ({context.confidence} interval)": _with_interval(whole),
                **{number: _alone(by_infusion.get(number), context) for number in numbers},
                "Published, other people": published_words(published, name, str(keys[0])),
            }
        )
    return pd.DataFrame(lines)


def infusion_definition(context: Context) -> list[str]:
    """Acute change, limits of pressure, intervals and published results, each with its source."""
    entries = infusion_section(context.definitions).entries
    return [f"**{entry.title}**: {fact.text} {fact.source}".strip() for entry in entries for fact in entry.facts]


def infusion_section(definitions: Definitions) -> Section:
    """What is asked of single infusions, and what is published of them."""
    rule, comparison = definitions.outcomes.safety, definitions.outcomes.comparison
    limits = {"high_pressure": rule.high_pressure, "large_pressure_rise": rule.large_pressure_rise}
    entries = [acute_entry(definitions)]
    for name, limit in limits.items():
        text = say("safety.section_limit_text", label=limit.label[:1].upper() + limit.label[1:])
        entries.append(Entry(f"infusions-{name}", say(f"safety.section_{name}"), (Fact("", text, source_of(limit)),)))
    text = say("safety.section_intervals_text", events=count(comparison.fewest_events))
    entries.append(
        Entry("infusions-intervals", say("safety.section_intervals"), (Fact("", text, source_of(comparison)),))
    )
    by_citation: dict[str, list[PublishedFinding]] = {}
    for found in rule.published:
        by_citation.setdefault(found.citation, []).append(found)
    for citation, findings in by_citation.items():
        title = say("safety.section_published", citation=citation)
        facts = tuple(_published_fact(found) for found in findings)
        entries.append(Entry(f"infusions-{findings[0].id}", title, facts))
    return Section("infusions", say("safety.section"), say("safety.section_intro"), tuple(entries))


def _published_fact(found: PublishedFinding) -> Fact:
    text = say(
        "safety.section_published_text",
        what=finding_label(found.statistic),
        estimate=_figure(found.statistic, found.estimate),
        population=found.population,
    )
    return Fact("", text, source_of(found))


def finding_label(name: str) -> str:
    """What a line is about, with its unit; an adverse event by its name."""
    if name in RISES:
        return say("safety.with_unit", what=finding_name(name), unit=say(f"safety.{UNITS[name]}"))
    key = "safety.of_hundred_courses" if name in WORSENINGS else "safety.of_hundred"
    return say(key, what=finding_name(name))


def finding_name(name: str) -> str:
    """What a line is about."""
    if (key := f"safety.{name}") in catalogue():
        return say(key)
    return capitalised(name.removeprefix(f"{EVENT}_").replace("_", " "))


def of_hundred(share: float) -> str:
    """How many of 100, with one decimal: what is rare is not none, and what is frequent is not all."""
    value = 100 * share
    if 0 < value < 0.1:
        return "fewer than 0.1"
    if 99.9 < value < 100:
        return "more than 99.9"
    return f"{value:.1f}"


def _condition(condition: str, context: Context) -> str:
    return say("safety.all_courses") if condition == PROGRAM else context.label(condition)


def is_row_said(row: Row | None, context: Context) -> bool:
    """Whether a row may and can be said: not withheld, and enough recorded."""
    return row is not None and not row["suppressed"] and row["n_recorded"] >= context.fewest


def _stopped(own: pd.DataFrame, context: Context) -> str:
    row = statistic(own, "stopped_early")
    if row is None or not is_row_said(row, context):
        return ""
    return say(
        "safety.stopped",
        with_it=of_hundred(row["estimate"]),
        lower=of_hundred(row["lower"]),
        upper=of_hundred(row["upper"]),
        n_with=count(row["n_with"]),
        n_recorded=count(row["n_recorded"]),
    )


def _worse(rows: pd.DataFrame, context: Context) -> str:
    """Courses that got worse at the window; any increase, and beside it a reliable one."""
    worse, reliable = statistic(rows, WORSENINGS[0]), statistic(rows, WORSENINGS[1])
    if worse is None or not is_row_said(worse, context):
        return ""
    is_reliable_said = reliable is not None and is_row_said(reliable, context)
    return say(
        "safety.worse",
        window=context.definitions.outcomes.windows[str(worse["window"])].label,
        any_share=percent(worse["estimate"]),
        any_n=_n_of(worse),
        reliable=say("safety.worse_reliable", share=percent(reliable["estimate"]), n=_n_of(reliable))
        if reliable is not None and is_reliable_said
        else say("safety.worse_reliable_none"),
    )


def _n_of(row: Row) -> str:
    return say("safety.n_of", n_with=count(row["n_with"]), n=count(row["n_recorded"]))


def _figure(name: str, value: float) -> str:
    """A mean with its sign, or how many of 100."""
    return signed(value) if name in RISES else of_hundred(value)


def _with_interval(row: Row) -> str:
    if row["suppressed"] or not is_known(row["estimate"]):
        return _NOTHING
    name = str(row["statistic"])
    if not is_known(row["lower"]):
        return _figure(name, row["estimate"])
    ends = f"{_figure(name, row['lower'])} to {_figure(name, row['upper'])}"
    return f"{_figure(name, row['estimate'])} ({ends})"


def _alone(row: Row | None, context: Context) -> str:
    """Of one number; nothing where there are too few to say."""
    if row is None or not is_row_said(row, context) or not is_known(row["estimate"]):
        return _NOTHING
    return _figure(str(row["statistic"]), row["estimate"])


def published_words(published: pd.DataFrame, name: str, condition: str) -> str:
    """The published results like a finding; one of courses only beside the condition that it is of."""
    found = published[
        (published["statistic"] == f"{name}{PUBLISHED}")
        & published["condition"].isin([PROGRAM, condition])
        & ~published["note"].str.startswith(_NOT_COMPARABLE)
    ]
    return ", ".join(_published_one(name, row) for row in found.to_dict("records")) or _NOTHING


def _published_one(name: str, row: Row) -> str:
    estimate = _figure(name, row["estimate"])
    if is_known(row["n_infusions"]) and not pd.isna(row["n_infusions"]):
        return say("safety.published", estimate=estimate, n=count(row["n_infusions"]))
    if not pd.isna(row["n_courses"]):
        return say("safety.published_courses", estimate=estimate, n=count(row["n_courses"]))
    return say("safety.published_alone", estimate=estimate)
