"""The section on the data: follow-up, checks, imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.reports.compose_released import Released, rows_of
from pipelines.reports.pack import PackSection, Part
from pipelines.words.catalogue import say
from pipelines.words.missing_follow_up import completeness_note, completeness_numbers, completeness_statement
from pipelines.words.numbers import count
from pipelines.words.quality import comparison_words, imports_numbers, imports_statement, quality_statement
from pipelines.words.report_tables import COHORT, checks_table

if TYPE_CHECKING:
    from pipelines.published.snapshot import EarlierQuality
    from pipelines.reports.compose_book import Book


def quality_section(released: Released, earlier: EarlierQuality, book: Book) -> PackSection:
    """How complete follow-up is, and what the checks of the data found."""
    parts = [_follow_up(released, book), _checks(released, earlier, book), _imports(released, book)]
    return PackSection("quality", say("report.quality"), None, tuple(part for part in parts if part is not None))


def _follow_up(released: Released, book: Book) -> Part:
    whole = released.whole()
    cohorts = dict.fromkeys((*released.outcomes(), released.cohorts.activity))
    table = released.of_cohorts("completeness", tuple(cohorts))
    context = released.context(whole.quarters)
    own = rows_of(table, whole)
    statements = tuple(
        completeness_statement(own[own["condition"] == condition], condition, context)
        for condition in released.conditions
    )
    printed = completeness_numbers(table, COHORT, context)
    name = book.enter("completeness", say("report.table_completeness"), table, printed, completeness_note())
    return Part(say("report.completeness"), statements, (), (name,), (completeness_note(),))


def _checks(released: Released, earlier: EarlierQuality, book: Book) -> Part:
    checks, before = released.quality(earlier), earlier.snapshot
    comparison = comparison_words(
        before.id if before else None, f"{before.built_at:%Y-%m-%d}" if before else None, earlier.found is not None
    )
    statement = quality_statement(checks, comparison, earlier.found is not None)
    printed = checks_table(checks)
    note = (
        say("report.note_checks", n_checks=count(len(checks)), n_shown=count(len(printed)))
        if len(printed)
        else say("report.note_checks_all", n_checks=count(len(checks)))
    )
    name = book.enter("quality", say("report.table_quality"), checks, printed, note)
    return Part(say("report.checks"), (statement,), (), (name,), (note,))


def _imports(released: Released, book: Book) -> Part | None:
    imports = released.imports()
    if imports.empty:
        return None
    name = book.enter("imports", say("report.table_imports"), imports, imports_numbers(imports))
    return Part(say("report.imports"), (imports_statement(imports),), (), (name,))
