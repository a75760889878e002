"""The tabs of Infusions and safety: each its sentences, its numbers and its definition, made when it is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from dashboard.figures.by_infusion import InfusionLine, by_infusion_figure
from dashboard.figures.experience import experience_figure
from dashboard.figures.ideation import ideation_figure
from dashboard.figures.safety import safety_figure
from dashboard.filters import current_choices
from dashboard.reading import Snapshot
from dashboard.theme import Palette
from dashboard.views.controls import Tab, by_control
from dashboard.views.parts import (
    brief_headline,
    chart,
    condition_heading,
    definition_part,
    download_part,
    heading,
    headline,
    label,
    notes,
    numbers_part,
    side_by_side,
    two_by_two,
)
from pipelines.filters import Filters
from pipelines.words.acute import (
    acute_alt,
    acute_definition,
    acute_marks,
    acute_notes,
    acute_numbers,
    acute_statement,
    acute_title,
    change_tick,
    is_in_points,
)
from pipelines.words.catalogue import say
from pipelines.words.dissociation import (
    experience_definition,
    experience_details,
    experience_notes,
    experience_numbers,
    experience_statement,
)
from pipelines.words.experience_marks import experience_alt, experience_levels, not_recorded_words
from pipelines.words.ideation_marks import ideation_alt, ideation_marks
from pipelines.words.safety import infusion_definition, safety_numbers, safety_statement
from pipelines.words.safety_marks import never_words, safety_alt, safety_by_group, safety_sections
from pipelines.words.statement import Context, Statement
from pipelines.words.suicidality import (
    published_ideation,
    recorded_sources,
    source_words,
    suicidality_definition,
    suicidality_numbers,
    suicidality_statement,
)
from pipelines.words.vital_signs import (
    RISES,
    pressure_statement,
    rise_alt,
    rise_marks,
    rise_tick,
    rise_title,
    vital_sign_notes,
)

RISE_HEIGHT, ACUTE_HEIGHT = 150, 260
Sentence = Callable[[pd.DataFrame, str, Context], Statement]
Numbers = Callable[[pd.DataFrame, str, Context], pd.DataFrame]


def safety(snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette) -> None:
    """Adverse events, infusions stopped, pressures, and courses that got worse."""
    table = snapshot.table("safety", filters)
    _answers(table, safety_statement, conditions, about, colours)
    first, *others = safety_sections(table, conditions, about) or [None]
    if first is not None:
        parts = {"events": [first], "safety": others} if others else {"events": [first]}
        for (name, sections), place in zip(parts.items(), st.columns(len(parts), gap="large"), strict=True):
            with place:
                chart(name, partial(safety_figure, sections, about, colours), safety_alt(sections, about))
        legend, never = say("safety_marks.legend", confidence=about.confidence), never_words(table, conditions, about)
        notes([legend, never, say("safety.note_recorded")])
        with st.container(horizontal=True, key="controls"):
            by_control(snapshot)
        _safety_by_group(snapshot, filters, conditions[0], about, colours)
        _vital_signs(table, conditions, about, colours)
    _behind("safety", safety_numbers, lambda: infusion_definition(about), snapshot, filters, about, controls=None)


def _safety_by_group(snapshot: Snapshot, filters: Filters, condition: str, about: Context, colours: Palette) -> None:
    """Any adverse event and infusions stopped early in each group of one condition, where it is parted."""
    if (group := current_choices().group()) == "condition":
        return
    sections = safety_by_group(snapshot.table("safety", filters, (group,)), group, condition, about)
    for section, place in two_by_two(sections):
        with place:
            chart(
                f"safety_by_group_{sections.index(section)}",
                partial(safety_figure, [section], about, colours),
                safety_alt([section], about),
            )
    notes([say("safety_marks.by_group", confidence=about.confidence)])


def _vital_signs(table: pd.DataFrame, conditions: Sequence[str], about: Context, colours: Palette) -> None:
    """How far pressures and heart rate rose: a sentence a condition, then a small drawing for each by infusion."""
    own = {condition: table[table["condition"] == condition] for condition in conditions}
    heading(say("vital_signs.heading"))
    for condition, rows in own.items():
        brief_headline(condition, pressure_statement(rows, condition, about), colours)
    for name, place in zip(RISES, st.columns(len(RISES), gap="large"), strict=True):
        marks = {condition: rise_marks(rows, name, condition, about) for condition, rows in own.items()}
        lines = [
            InfusionLine(about.label(condition), colours.of(condition), by_infusion)
            for condition, by_infusion in marks.items()
            if by_infusion
        ]
        with place:
            label(rise_title(name))
            chart(
                name,
                partial(by_infusion_figure, lines, RISE_HEIGHT, rise_tick, colours),
                rise_alt(name, {about.label(condition): by_infusion for condition, by_infusion in marks.items()}),
            )
    notes(vital_sign_notes(about))


def acute(snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette) -> None:
    """How scores moved from before an infusion to the hours after it."""
    table = snapshot.table("acute", filters)
    _answers(table, acute_statement, conditions, about, colours)
    marks = {
        condition: acute_marks(table[table["condition"] == condition], condition, about) for condition in conditions
    }
    told = {condition: by_infusion for condition, by_infusion in marks.items() if by_infusion}
    if told:
        lines = [InfusionLine(about.label(condition), colours.of(condition), own) for condition, own in told.items()]
        words = rise_tick if is_in_points(table) else change_tick
        label(acute_title(table))
        chart(
            "acute",
            partial(by_infusion_figure, lines, ACUTE_HEIGHT, words, colours),
            acute_alt(table, {about.label(condition): own for condition, own in told.items()}),
        )
    notes([say("acute.legend", confidence=about.confidence), *acute_notes(about)])
    _behind("acute", acute_numbers, lambda: acute_definition(about), snapshot, filters, about)


def experience(
    snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette
) -> None:
    """What the first infusion was like, beside response: an association."""
    table = snapshot.table("dissociation", filters)
    _answers(table, experience_statement, conditions, about, colours)
    own = {condition: table[table["condition"] == condition] for condition in conditions}
    levels = {condition: experience_levels(rows, condition, about) for condition, rows in own.items()}
    for condition, place in side_by_side([condition for condition, found in levels.items() if found]):
        with place:
            condition_heading(condition, about, colours)
            chart(
                f"experience_{condition}",
                partial(experience_figure, levels[condition], colours.of(condition), colours),
                experience_alt(levels[condition]),
            )
    legend = say("experience_marks.legend", confidence=about.confidence, fewest=str(about.fewest))
    notes([legend, *experience_notes()])
    for condition, rows in own.items():
        notes([experience_details(rows, condition, about), not_recorded_words(rows, condition, about)])
    _behind("dissociation", experience_numbers, lambda: experience_definition(about), snapshot, filters, about, 3)


def suicidality(
    snapshot: Snapshot, filters: Filters, conditions: Sequence[str], about: Context, colours: Palette
) -> None:
    """Of those with some ideation, how many have none any more, and who has it newly."""
    table = snapshot.table("suicidality", filters)
    _answers(table, suicidality_statement, conditions, about, colours)
    own = {condition: table[table["condition"] == condition] for condition in conditions}
    drawn = [(condition, source) for condition, rows in own.items() for source in recorded_sources(rows, about)]
    for (condition, source), place in two_by_two(drawn):
        sections = ideation_marks(own[condition], source, condition, about)
        with place:
            label(say("suicidality.title", condition=about.label(condition), source=source.id))
            chart(
                f"ideation_{condition}_{source.scale}",
                partial(ideation_figure, sections, colours.of(condition), colours),
                ideation_alt(sections),
            )
            notes([source_words(own[condition], source)])
    legend = say("suicidality.legend", confidence=about.confidence)
    notes([say("suicidality.note"), legend, published_ideation(about.definitions)])
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
    controls: Callable[[Snapshot], None] | None = by_control,
) -> None:
    """The numbers, by condition or by what is compared within one, the definition and the downloads.

    What is compared is chosen above the table, unless it changes a figure and stands there.
    """
    group = current_choices().group()
    is_grouped = group != "condition"
    table = snapshot.table(measure, filters, (group,) if is_grouped else ())
    numbers_part(
        lambda: numbers(table, group, about),
        n_text=n_text + is_grouped,
        controls=partial(controls, snapshot) if controls else None,
    )
    definition_part(definition)
    download_part(measure, lambda: table, snapshot)


TAB_CONTENT: Mapping[str, Tab] = {
    "safety": safety,
    "acute": acute,
    "experience": experience,
    "suicidality": suicidality,
}
