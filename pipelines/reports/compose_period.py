"""What happened in the period itself: courses started, infusions and their safety."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.reports.compose_released import Released, cohort_label
from pipelines.reports.pack import PackFigure, PackSection, Part
from pipelines.words.acute import acute_notes, acute_numbers, acute_statement
from pipelines.words.catalogue import say
from pipelines.words.report import activity_statement, cohort_words, standing_note
from pipelines.words.report_tables import activity_table
from pipelines.words.retention import retention_statement
from pipelines.words.safety import ALL, safety_numbers, safety_statement
from pipelines.words.safety_marks import never_words, safety_alt, safety_sections
from pipelines.words.tables import retention_numbers
from pipelines.words.vital_signs import pressure_statement

if TYPE_CHECKING:
    from pipelines.reports.compose_book import Book

_STARTED = ("started", "with_baseline", "in_population")


def activity_section(released: Released, book: Book) -> PackSection:
    """How many courses began, for what, and how many of them rates can be of."""
    activity = released.cohorts.activity
    context, period = released.context(activity.quarters), cohort_words(activity.quarters)
    flow = released.of_cohorts("flow", (activity,))
    frame = flow[flow["statistic"].isin(_STARTED)]
    started = frame[frame["statistic"] == "started"]
    statement = activity_statement(started, period, released.n_started(activity.quarters), context)
    name = book.enter("activity", say("report.table_activity"), frame, activity_table(frame, context))
    latest, rolling = released.cohorts.latest, released.cohorts.rolling
    judged = (
        say("report.note_cohorts_years", latest=cohort_words(latest.quarters))
        if latest.quarters == rolling.quarters
        else say("report.note_cohorts", latest=cohort_words(latest.quarters), rolling=cohort_words(rolling.quarters))
    )
    synthetic = (say("report.note_synthetic"),) if released.about.is_synthetic else ()
    part = Part(say("report.started"), (statement,), (), (name,), (judged, *synthetic))
    return PackSection("activity", say("report.activity"), None, (part,))


def safety_section(released: Released, book: Book) -> PackSection:
    """Adverse events, pressures, infusions received, and the hours after an infusion."""
    parts = [_events(released, book), _received(released, book), _acute(released, book)]
    return PackSection("safety", say("report.safety"), None, tuple(part for part in parts if part is not None))


def _events(released: Released, book: Book) -> Part:
    activity = released.cohorts.activity
    context, conditions = released.context(activity.quarters), released.conditions
    table = released.of_cohorts("safety", (activity,))
    frame = table[table["infusion"].isna() | (table["infusion"] == ALL)]
    own = {condition: frame[frame["condition"] == condition] for condition in conditions}
    statements = [safety_statement(rows, condition, context) for condition, rows in own.items()]
    statements += [pressure_statement(rows, condition, context) for condition, rows in own.items()]
    notes = [say("safety.note_recorded"), standing_note(activity.standing)]
    printed = safety_numbers(frame, "condition", context)
    name = book.enter("safety", say("report.table_safety"), frame, printed, say("safety.note_recorded"))
    sections = safety_sections(frame, conditions, context)
    figures: tuple[PackFigure, ...] = ()
    if sections:
        caption = say("report.caption_safety", cohort=cohort_words(activity.quarters), confidence=context.confidence)
        alt = safety_alt(sections, context)
        figures = (PackFigure(name, "safety", say("report.figure_safety"), alt, name, caption, cohort_label(activity)),)
        notes.append(never_words(frame, conditions, context))
    return Part(say("report.events"), tuple(statements), figures, (name,), tuple(note for note in notes if note))


def _received(released: Released, book: Book) -> Part | None:
    activity = released.cohorts.activity
    context = released.context(activity.quarters)
    table = released.of_cohorts("retention", (activity,))
    if table.empty:
        return None
    statements = tuple(
        retention_statement(table[table["condition"] == condition], condition, context)
        for condition in released.conditions
    )
    printed = retention_numbers(table, context)
    name = book.enter("infusions-received", say("report.table_received"), table, printed)
    return Part(say("report.received"), statements, (), (name,))


def _acute(released: Released, book: Book) -> Part | None:
    activity = released.cohorts.activity
    context = released.context(activity.quarters)
    table = released.of_cohorts("acute", (activity,))
    if table.empty:
        return None
    statements = tuple(
        acute_statement(table[table["condition"] == condition], condition, context)
        for condition in released.conditions
        if (table["condition"] == condition).any()
    )
    name = book.enter("acute", say("report.table_acute"), table, acute_numbers(table, "condition", context))
    return Part(say("report.acute"), statements, (), (name,), tuple(acute_notes(context)))
