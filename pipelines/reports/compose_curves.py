"""Onset and durability of a condition: a sentence and times for each cut, the curve of the larger one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.reports.compose_rows import cuts_of, rows_of
from pipelines.reports.pack import PackFigure, Part
from pipelines.words.catalogue import say
from pipelines.words.durability import durability_statement, short_median
from pipelines.words.onset import drawn_groups, onset_statement, short_interval
from pipelines.words.report import without_pointing
from pipelines.words.report_tables import curve_table, durability_table, onset_table

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from pipelines.reports.compose_cuts import Cut, Cuts
    from pipelines.reports.compose_draft import Draft
    from pipelines.words.statement import Context, Statement


@dataclass(frozen=True)
class _Course:
    """What a curve is about.

    Attributes:
        measure: `onset`.
        state, brief, print_times: of the times of each cut.
        share: how the column of the curve is headed.
        counted: whom it holds.
    """

    measure: str
    state: Callable[[pd.DataFrame, str, Context], Statement]
    brief: Callable[[pd.DataFrame, Context], str]
    print_times: Callable[[pd.DataFrame, Context], pd.DataFrame]
    share: str
    counted: str


_ONSET = _Course("onset", onset_statement, short_interval, onset_table, "response_share", "n_assessed")
_DURABILITY = _Course(
    "durability", durability_statement, short_median, durability_table, "durability_share", "n_followed"
)


def onset_part(condition: str, draft: Draft) -> Part:
    """How soon courses responded."""
    return _part(_ONSET, condition, draft)


def durability_part(condition: str, draft: Draft) -> Part:
    """How long those who responded after induction went on doing so."""
    return _part(_DURABILITY, condition, draft)


def _part(course: _Course, condition: str, draft: Draft) -> Part:
    name, cuts = f"{course.measure}-{condition}", draft.cuts
    times = draft.rows[name]
    outcomes = cuts_of(times, condition, cuts)
    statements = tuple(_told(course, rows_of(times, cut), condition, cuts.context(cut)) for cut in outcomes)
    if not any(said.basis for said in statements):
        statements = statements[-1:]
    heading = say(f"report.{course.measure}")
    if times.empty:
        return Part(heading, statements[:1])
    context = cuts.context(outcomes[-1])
    title = say(f"report.table_{course.measure}", label=context.label(condition))
    is_told = any(said.basis for said in statements)
    printed = course.print_times(times, context)
    draft.enter(name, title, printed if is_told else printed.iloc[:0])
    figure = _curve(course, condition, outcomes[-1], statements[-1], draft)
    notes = longer_note(outcomes[-1], condition, cuts)
    if figure is None:
        return Part(heading, statements, (), (name,), notes)
    return Part(heading, statements, (figure,), (name, figure.table), notes)


def longer_note(cut: Cut, condition: str, cuts: Cuts) -> tuple[str, ...]:
    """That an outcome is told of other quarters than response, where it is."""
    whole = cuts.whole(condition)
    if whole is None or cut.quarters == whole.quarters:
        return ()
    if cut.quarters[-1] < whole.quarters[-1]:
        return (say("report_withheld.as_of", cohort=cut.words),)
    return (say("report_withheld.longer", cohort=cut.words, whole=whole.words),)


def _told(course: _Course, times: pd.DataFrame, condition: str, context: Context) -> Statement:
    said = without_pointing(course.state(times, condition, context), condition, context)
    return replace(said, brief=course.brief(times, context)) if said.basis else said


def _curve(course: _Course, condition: str, cut: Cut, said: Statement, draft: Draft) -> PackFigure | None:
    """The curve of a cut with its table; None where too few are counted for one, or its finding is withheld."""
    name, context = f"{course.measure}-curve-{condition}", draft.cuts.context(cut)
    curve = draft.rows[name]
    drawn, _ = drawn_groups(curve, "condition", context, course.counted)
    if not drawn or not said.basis:
        return None
    label = context.label(condition)
    lines = curve_table(curve, course.share, context)
    title = say(f"report.table_{course.measure}_curve", label=label)
    draft.enter(name, title, lines, on_paper=say("report.note_curve"))
    caption = say(f"report.caption_{course.measure}", cohort=cut.words, confidence=context.confidence)
    alt = f"{said.finding} {said.basis}."
    drawing = say(f"report.figure_{course.measure}", label=label)
    return PackFigure(name, "curve", drawing, alt, name, caption, cut.label)
