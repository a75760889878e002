"""Blood pressure and heart rate at infusions in words: how far they rose, and how often they were high."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.definitions.infusions import ALL_INFUSIONS, RISES
from pipelines.words.catalogue import say
from pipelines.words.marks import Mark, value_mark
from pipelines.words.numbers import capitalised, count, is_known, listed, percent, signed
from pipelines.words.safety import UNITS, finding_name, is_row_said
from pipelines.words.statement import Context, Row, Statement, statistic


def pressure_statement(rows: pd.DataFrame, condition: str, context: Context) -> Statement:
    """How far pressures and heart rate rose at the infusions of one condition, or that too few are recorded.

    Args:
        rows: `infusion_safety` of one condition.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    own, lead = rows[rows["infusion"] == ALL_INFUSIONS], context.label(condition)
    found = {name: row for name in RISES if (row := statistic(own, name)) is not None and _is_shown(row, context)}
    if not found:
        return Statement(say("vital_signs.none", courses=context.courses(condition)), lead=lead)
    first, *others = found.items()
    row = first[1]
    basis = say("vital_signs.basis", confidence=context.confidence, **_ends(row), n=count(row["n_recorded"]))
    rest = [say("vital_signs.also", what=_what(name), value=_value(name, row), **_ends(row)) for name, row in others]
    also = f"{capitalised(listed(rest))}." if rest else ""
    return Statement(
        say("vital_signs.finding", what=_what(first[0]), value=_value(*first)),
        basis,
        " ".join(text for text in (also, _high(own, context)) if text),
        lead,
    )


def rise_marks(rows: pd.DataFrame, name: str, condition: str, context: Context) -> dict[str, Mark]:
    """The mean rise at each infusion by its number, for one condition.

    Args:
        rows: `infusion_safety` of one condition.
        name: one of RISES.
        condition: its id.
        context: definitions, data-through date, selection.
    """
    own = rows[(rows["statistic"] == name) & (rows["infusion"] != ALL_INFUSIONS)]
    whom = say("vital_signs.whom", courses=context.courses(condition))
    return {
        str(row["infusion"]): value_mark(
            row,
            say("vital_signs.at", what=finding_name(name), infusion=str(row["infusion"])),
            row["n_recorded"],
            whom,
            context,
            signed,
            f" {say(f'safety.{UNITS[name]}')}",
        )
        for row in own.to_dict("records")
    }


def rise_title(name: str) -> str:
    """What stands above the drawing of a rise."""
    return say("vital_signs.title", what=finding_name(name), unit=say(f"safety.{UNITS[name]}"))


def rise_tick(value: float) -> str:
    """A tick of the axis of rises."""
    return signed(value, 0)


def rise_alt(name: str, marks: Mapping[str, Mapping[str, Mark]]) -> str:
    """What the drawing of a rise shows: the first and the last infusion of each condition that can be said."""
    texts = []
    for label, by_infusion in marks.items():
        said = [(number, mark) for number, mark in by_infusion.items() if mark.is_said]
        if not said:
            texts.append(say("vital_signs.alt_none", label=label))
            continue
        (first, at_first), (last, at_last) = said[0], said[-1]
        texts.append(
            say("vital_signs.alt", label=label, first=first, value=at_first.value, last=last, last_value=at_last.value)
        )
    return f"{rise_title(name)}: {'; '.join(texts)}."


def vital_sign_notes(context: Context) -> list[str]:
    """How to read the drawings, and which pressures are high."""
    rule = context.definitions.outcomes.safety
    return [
        say("vital_signs.note", confidence=context.confidence),
        say("vital_signs.limits", high=rule.high_pressure.label, large=rule.large_pressure_rise.label),
    ]


def _is_shown(row: Row, context: Context) -> bool:
    return is_row_said(row, context) and is_known(row["lower"])


def _what(name: str) -> str:
    return say(f"safety.{name}_what")


def _value(name: str, row: Row) -> str:
    return f"{signed(row['estimate']).lstrip('+')} {say(f'safety.{UNITS[name]}')}"


def _ends(row: Row) -> dict[str, str]:
    return {end: signed(row[end]).lstrip("+") for end in ("lower", "upper")}


def _high(own: pd.DataFrame, context: Context) -> str:
    row = statistic(own, "high_pressure")
    if row is None or not is_row_said(row, context):
        return ""
    label = context.definitions.outcomes.safety.high_pressure.label
    return say("vital_signs.high", share=percent(row["estimate"]), n=count(row["n_recorded"]), label=label)
