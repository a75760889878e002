"""Onset and durability of a condition: a sentence and times for each cohort, the curve of the larger one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.reports.compose_released import Released, cohort_label, rows_of
from pipelines.reports.pack import PackFigure, Part
from pipelines.words.catalogue import say
from pipelines.words.durability import durability_statement
from pipelines.words.numbers import count
from pipelines.words.onset import drawn_groups, onset_statement
from pipelines.words.report import cohort_words
from pipelines.words.report_tables import curve_table, durability_table, onset_table

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from pipelines.reports.compose_book import Book
    from pipelines.words.statement import Context, Statement

    Sentence = Callable[[pd.DataFrame, str, Context], Statement]
    Printed = Callable[[pd.DataFrame, Context], pd.DataFrame]


def onset_part(condition: str, released: Released, book: Book) -> Part:
    """How soon courses responded."""
    return _part("onset", condition, released, book, onset_statement, onset_table, "response_share", "n_assessed")


def durability_part(condition: str, released: Released, book: Book) -> Part:
    """How long those who responded after induction went on doing so."""
    return _part(
        "durability",
        condition,
        released,
        book,
        durability_statement,
        durability_table,
        "durability_share",
        "n_followed",
    )


def _part(
    measure: str,
    condition: str,
    released: Released,
    book: Book,
    sentence: Sentence,
    printed: Printed,
    share: str,
    counted: str,
) -> Part:
    whole = released.whole()
    context = released.context(whole.quarters)
    label = context.label(condition)
    times = released.of_cohorts(measure, released.outcomes(), condition)
    statements = tuple(
        sentence(rows_of(times, cohort), condition, released.context(cohort.quarters)) for cohort in released.outcomes()
    )
    if times.empty:
        return Part(say(f"report.{measure}"), statements[:1])
    title = say(f"report.table_{measure}", label=label)
    tables = [book.enter(f"{measure}-{condition}", title, times, printed(times, context))]
    curve = released.of_cohorts(f"{measure}_curve", (whole,), condition)
    drawn, _ = drawn_groups(curve, "condition", context, counted)
    figures: tuple[PackFigure, ...] = ()
    if drawn:
        lines = curve_table(curve, share, context)
        name = book.enter(
            f"{measure}-curve-{condition}",
            say(f"report.table_{measure}_curve", label=label),
            curve,
            lines,
            say("report.note_curve", days=count(len(lines))),
        )
        tables.append(name)
        caption = say(f"report.caption_{measure}", cohort=cohort_words(whole.quarters), confidence=context.confidence)
        said = statements[-1]
        alt = f"{said.finding} {said.basis}."
        figures = (
            PackFigure(
                name, "curve", say(f"report.figure_{measure}", label=label), alt, name, caption, cohort_label(whole)
            ),
        )
    return Part(say(f"report.{measure}"), statements, figures, tuple(tables))
