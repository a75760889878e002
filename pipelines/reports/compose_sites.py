"""The section of the sites: whether any lies beyond what chance and case mix account for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.reports.compose_released import Released, cohort_label
from pipelines.reports.pack import PackFigure, PackSection, Part
from pipelines.words.catalogue import say
from pipelines.words.rates import rates_alt
from pipelines.words.report import cohort_words
from pipelines.words.report_tables import sites_table
from pipelines.words.site_marks import sites_answer
from pipelines.words.sites import drawn_rates, sites_notes, sites_statement

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.reports.compose_book import Book
    from pipelines.words.statement import Context

_TO_COMPARE = 2


def sites_section(released: Released, book: Book) -> PackSection | None:
    """The sites of each condition; None where there are no two of them."""
    if released.about.site is not None or len(released.published.options("site")) < _TO_COMPARE:
        return None
    whole = released.whole()
    context = released.context(whole.quarters)
    table = released.of_cohorts("sites", (whole,))
    conditions = [condition for condition in released.conditions if (table["condition"] == condition).any()]
    if not conditions:
        return None
    answer = Part(say("report.sites"), (sites_answer(table, conditions, context),), notes=(say("sites.note"),))
    parts = [
        _part(table[table["condition"] == condition], condition, context, cohort_label(whole), book)
        for condition in conditions
    ]
    return PackSection("sites", say("report.sites"), None, (answer, *parts))


def _part(rows: pd.DataFrame, condition: str, context: Context, cohort: str, book: Book) -> Part:
    label = context.label(condition)
    statement = sites_statement(rows, condition, context)
    title = say("report.table_sites", label=label)
    name = book.enter(f"sites-{condition}", title, rows, sites_table(rows, context))
    caption = say("report.caption_sites", cohort=cohort_words(context.filters.quarter), confidence=context.confidence)
    alt = f"{statement.text} {rates_alt('sites', drawn_rates(rows), context)}"
    figure = PackFigure(name, "sites", say("report.figure_sites", label=label), alt, name, caption, cohort)
    return Part(label, (statement,), (figure,), (name,), tuple(sites_notes(rows, context)))
