"""What happened at infusions as marks: in sections, of 100 infusions or courses, the conditions side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from pipelines.definitions.infusions import ALL_INFUSIONS, WORSENINGS
from pipelines.words.catalogue import say
from pipelines.words.marks import Mark, marks_alt, no_mark, share_mark
from pipelines.words.numbers import count, listed
from pipelines.words.rates import group_label
from pipelines.words.safety import EVENT, finding_label, finding_name, of_hundred
from pipelines.words.selection import attribute_words
from pipelines.words.statement import Context, Row

SECTIONS = {
    "events": (EVENT,),
    "stopped": ("stopped_early",),
    "pressure": ("high_pressure", "large_pressure_rise"),
    "worse": WORSENINGS,
}
"""What stands together because it is of the same infusions or courses; adverse events go on with their kinds."""
_NONE_CITED = "no scale here has a cited reliable change"


@dataclass(frozen=True)
class SafetySection:
    """Findings of the same infusions or courses.

    Attributes:
        heading: what they are of 100 of.
        n_of: by condition, of how many that is recorded.
        lines: by the finding's name the mark of each condition.
    """

    heading: str
    n_of: Mapping[str, str]
    lines: Mapping[str, Mapping[str, Mark]]


def safety_sections(table: pd.DataFrame, conditions: Sequence[str], context: Context) -> list[SafetySection]:
    """The sections that hold anything, in the order of reading; kinds of events that nobody had are left out.

    Args:
        table: `infusion_safety`.
        conditions: those to show.
        context: definitions, data-through date, selection.
    """
    own = _own(table, conditions)
    sections = []
    for section, first_names in SECTIONS.items():
        names = [*first_names, *(_kinds(own) if section == "events" else ())]
        lines = {name: _line(own[own["statistic"] == name], name, conditions, context) for name in names}
        shown = {finding_name(name): marks for name, marks in lines.items() if marks}
        if shown:
            sections.append(SafetySection(say(f"safety_marks.{section}"), _n_of(shown.values()), shown))
    return sections


def safety_by_group(table: pd.DataFrame, group: str, condition: str, context: Context) -> list[SafetySection]:
    """Any adverse event, and infusions stopped early, in each group of one condition, in the order of the table.

    Args:
        table: `infusion_safety` by the group.
        group: what the infusions are parted by.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    own = _own(table, [condition])
    sections = []
    for section in ("events", "stopped"):
        (name,) = SECTIONS[section]
        lines = {}
        for value, rows in own[own["statistic"] == name].groupby(group, sort=False):
            label = group_label(group, str(value), context)
            marks = _line(rows, name, [condition], context)
            lines[label] = {which: replace(mark, hover=f"{label}: {mark.hover}") for which, mark in marks.items()}
        if lines:
            heading = say(f"safety_marks.{section}_by_group", group=attribute_words(group))
            sections.append(SafetySection(heading, _n_of(lines.values()), lines))
    return sections


def safety_alt(sections: Sequence[SafetySection], context: Context) -> str:
    """What the drawing of the sections shows."""
    groups: dict[str, list[Mark]] = {}
    for section in sections:
        for name, marks in section.lines.items():
            for condition, mark in marks.items():
                label = say("safety_marks.alt_group", heading=section.heading, condition=context.label(condition))
                groups.setdefault(label, []).append(replace(mark, name=name))
    return marks_alt(groups)


def never_words(table: pd.DataFrame, conditions: Sequence[str], context: Context) -> str:
    """The kinds of events that no infusion had, with how often they may occur all the same; empty if there are none."""
    own = _own(table, conditions)
    events = own[own["statistic"].str.startswith(f"{EVENT}_") & ~own["suppressed"].astype(bool)]
    never = [str(name) for name in dict.fromkeys(events["statistic"]) if name not in _kinds(own)]
    rows = events[events["statistic"].isin(never) & (events["n_recorded"] >= context.fewest)]
    if rows.empty:
        return ""
    kinds = listed([finding_name(name).lower() for name in never])
    ends = [
        say(
            "safety_marks.never_one",
            condition=context.word(condition),
            upper=of_hundred(float(rows.loc[rows["condition"] == condition, "upper"].max())),
            n=count(rows.loc[rows["condition"] == condition, "n_recorded"].max()),
        )
        for condition in conditions
        if (rows["condition"] == condition).any()
    ]
    return say("safety_marks.never", kinds=kinds, ends=listed(ends))


def _own(table: pd.DataFrame, conditions: Sequence[str]) -> pd.DataFrame:
    of_all = table["infusion"].eq(ALL_INFUSIONS) | table["statistic"].isin(WORSENINGS)
    return table[of_all & table["condition"].isin(conditions)]


def _kinds(own: pd.DataFrame) -> list[str]:
    """The kinds of adverse events that any infusion had, in the order of the definition."""
    kinds = own[own["statistic"].str.startswith(f"{EVENT}_")]
    had = kinds.loc[kinds["n_with"].fillna(0) > 0, "statistic"]
    return [str(name) for name in dict.fromkeys(kinds["statistic"]) if name in set(had)]


def _line(rows: pd.DataFrame, name: str, conditions: Sequence[str], context: Context) -> dict[str, Mark]:
    by_condition: dict[str, Row] = {str(row["condition"]): row for row in rows.to_dict("records")}
    marks = {}
    for condition in conditions:
        if (row := by_condition.get(condition)) is None:
            continue
        if not row["n_recorded"] and _NONE_CITED in str(row["note"]):
            marks[condition] = no_mark(finding_label(name), say("safety_marks.none_cited"))
            continue
        counts, whom = (row["n_with"], row["n_recorded"]), _whom(row, condition, context)
        marks[condition] = share_mark(row, finding_label(name), counts, whom, context, of_hundred, "")
    return marks


def _whom(row: Row, condition: str, context: Context) -> str:
    courses = context.courses(condition)
    if row["statistic"] not in WORSENINGS:
        return say("safety_marks.whom", courses=courses)
    window = context.definitions.outcomes.windows[str(row["window"])].label
    return say("safety_marks.whom_courses", courses=courses, window=window)


def _n_of(lines: Iterable[Mapping[str, Mark]]) -> dict[str, str]:
    """By condition, of how many; several numbers where the lines of a section differ."""
    found: dict[str, list[int]] = {}
    for marks in lines:
        for condition, mark in marks.items():
            if mark.n:
                found.setdefault(condition, []).append(mark.n)
    return {condition: listed([count(n) for n in dict.fromkeys(numbers)]) for condition, numbers in found.items()}
