"""The tabs of Infusions and safety: each its sentences, its numbers and its definition, made when it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard.filters import current_choices
from dashboard.reading import Snapshot
from dashboard.theme import Palette
from dashboard.views.controls import by_control
from dashboard.views.parts import definition_part, download_part, headline, notes, numbers_part
from pipelines.filters import Filters
from pipelines.words.acute import acute_definition, acute_notes, acute_numbers, acute_statement
from pipelines.words.catalogue import say
from pipelines.words.dissociation import (
    experience_definition,
    experience_notes,
    experience_numbers,
    experience_statement,
)
from pipelines.words.safety import infusion_definition, safety_notes, safety_numbers, safety_statement
from pipelines.words.statement import Context, Statement
from pipelines.words.suicidality import (
    published_ideation,
    suicidality_definition,
    suicidality_numbers,
    suicidality_statement,
)

Tab = Callable[[Snapshot, Filters, Sequence[str], Context, Palette], None]
Sentence = Callable[[pd.DataFrame, str, Context], Statement]
Numbers = Callable[[pd.DataFrame, str, Context], pd.DataFrame]


def safety(snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette) -> None:
    """Adverse events, infusions stopped, pressures, and courses that got worse."""
    _answers(snapshot.table("safety", filters), safety_statement, conditions, about, colours)
    notes(safety_notes(about))
    _behind("safety", safety_numbers, lambda: infusion_definition(about), snapshot, filters, about)


def acute(snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette) -> None:
    """How scores moved from before an infusion to the hours after it."""
    _answers(snapshot.table("acute", filters), acute_statement, conditions, about, colours)
    notes(acute_notes(about))
    _behind("acute", acute_numbers, lambda: acute_definition(about), snapshot, filters, about)


def experience(
    snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette
) -> None:
    """What the first infusion was like, beside response: an association."""
    _answers(snapshot.table("dissociation", filters), experience_statement, conditions, about, colours)
    notes(experience_notes(about))
    _behind("dissociation", experience_numbers, lambda: experience_definition(about), snapshot, filters, about, 3)


def suicidality(
    snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette
) -> None:
    """Of those with some ideation, how many have none any more, and who has it newly."""
    _answers(snapshot.table("suicidality", filters), suicidality_statement, conditions, about, colours)
    notes([say("suicidality.note"), published_ideation(about.definitions)])
    _behind(
        "suicidality",
        suicidality_numbers,
        lambda: suicidality_definition(about.definitions),
        snapshot,
        filters,
        about,
        n_text=3,
    )


def _answers(
    table: pd.DataFrame, sentence: Sentence, conditions: Sequence[str], about: Context, colours: Palette
) -> None:
    for condition in conditions:
        headline(condition, sentence(table[table["condition"] == condition], condition, about), colours)


def _behind(
    measure: str,
    numbers: Numbers,
    definition: Callable[[], list[str]],
    snapshot: Snapshot,
    filters: Filters,
    about: Context,
    n_text: int = 2,
) -> None:
    """What is compared, then the numbers (the first columns are text), the definition and the downloads."""
    with st.container(horizontal=True, key="controls"):
        by_control(snapshot)
    group = current_choices().group()
    is_grouped = group != "condition"
    table = snapshot.table(measure, filters, (group,) if is_grouped else ())
    numbers_part(lambda: numbers(table, group, about), n_text=n_text + is_grouped)
    definition_part(definition)
    download_part(measure, lambda: table, snapshot)


TAB_CONTENT: Mapping[str, Tab] = {
    "safety": safety,
    "acute": acute,
    "experience": experience,
    "suicidality": suicidality,
}
