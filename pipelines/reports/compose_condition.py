"""The section of a condition: flow, response and remission with all they rest on, onset, durability, trend."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines.reports.compose_book import Book
from pipelines.reports.compose_curves import durability_part, onset_part
from pipelines.reports.compose_released import Released, cohort_label, rows_of
from pipelines.reports.pack import PackFigure, PackSection, Part
from pipelines.words.catalogue import say
from pipelines.words.flow import flow_alt, flow_statement
from pipelines.words.missing_follow_up import lost_statement
from pipelines.words.rates import legend, rates_alt
from pipelines.words.report import cohort_words, standing_note
from pipelines.words.report_tables import flow_table, rate_table, trend_table
from pipelines.words.response import remission_statement, response_statement
from pipelines.words.statement import Context, Statement
from pipelines.words.trend import trend_alt, trend_note, trend_notes, trend_statement

_CHARTED = "response"
_STATEMENTS = {"response": response_statement, "remission": remission_statement}


@dataclass(frozen=True)
class Chapter:
    """What every part of a condition's section needs."""

    condition: str
    label: str
    released: Released
    book: Book
    context: Context

    def title(self, kind: str, name: str) -> str:
        """Of a table or figure."""
        return say(f"report.{kind}_{name}", label=self.label)


def condition_section(condition: str, released: Released, book: Book) -> PackSection:
    """All outcomes of one condition."""
    context = released.context(released.whole().quarters)
    chapter = Chapter(condition, context.label(condition), released, book, context)
    parts = (
        _flow(chapter),
        _rate(chapter, "response"),
        _rate(chapter, "remission"),
        onset_part(condition, released, book),
        durability_part(condition, released, book),
        _trend(chapter),
    )
    return PackSection(condition, chapter.label, condition, parts)


def _flow(chapter: Chapter) -> Part:
    released, whole = chapter.released, chapter.released.whole()
    flow = released.of_cohorts("flow", released.outcomes(), chapter.condition)
    statements = tuple(
        flow_statement(rows_of(flow, cohort), chapter.condition, released.context(cohort.quarters))
        for cohort in released.outcomes()
    )
    title = chapter.title("table", "flow")
    name = chapter.book.enter(f"flow-{chapter.condition}", title, flow, flow_table(flow), say("report.note_counts"))
    own = rows_of(flow, whole)
    figures = (
        ()
        if own.empty
        else (
            PackFigure(
                name,
                "flow",
                chapter.title("figure", "flow"),
                flow_alt(own, chapter.condition, chapter.context),
                name,
                say("report.caption_flow", cohort=cohort_words(whole.quarters)),
                cohort_label(whole),
            ),
        )
    )
    return Part(say("report.flow"), statements, figures, (name,), _standing_notes(released))


def _rate(chapter: Chapter, measure: str) -> Part:
    """Response or remission of each cohort."""
    released, condition = chapter.released, chapter.condition
    rates = released.of_cohorts(measure, released.outcomes(), condition)
    statements: list[Statement] = []
    for cohort in released.outcomes():
        own, context = rows_of(rates, cohort), released.context(cohort.quarters)
        statements.append(_STATEMENTS[measure](own, condition, context, lead=cohort_label(cohort)))
        if measure == "response" and cohort == released.whole():
            statements.append(lost_statement(own, condition, context))
    if rates.empty:
        return Part(say(f"report.{measure}"), tuple(statements[:1]))
    title = chapter.title("table", measure)
    name = chapter.book.enter(
        f"{measure}-{condition}", title, rates, rate_table(rates, chapter.context), say("report.note_counts")
    )
    by_cohort: dict[str, pd.DataFrame] = {
        cohort_label(cohort): rows_of(rates, cohort) for cohort in released.outcomes()
    }
    alt = f"{chapter.label}. {rates_alt(measure, by_cohort, chapter.context)}"
    caption = legend(measure, chapter.context)
    figure = PackFigure(name, "rates", chapter.title("figure", measure), alt, name, caption)
    return Part(say(f"report.{measure}"), tuple(statements), (figure,), (name,))


def _trend(chapter: Chapter) -> Part:
    """The process chart of the quarters up to the period's end."""
    released, condition = chapter.released, chapter.condition
    table = released.table("trend", released.cohorts.through, condition)
    rows = table[table["outcome"] == _CHARTED]
    context = released.context(())
    statement = trend_statement(rows, condition, _CHARTED, context)
    if rows.empty:
        return Part(say("report.trend"), (statement,))
    name = chapter.book.enter(f"trend-{condition}", chapter.title("table", "trend"), rows, trend_table(rows))
    figure = PackFigure(
        name,
        "trend",
        chapter.title("figure", "trend"),
        trend_alt(rows, condition, _CHARTED, context),
        name,
        trend_note(context),
    )
    return Part(say("report.trend"), (statement,), (figure,), (name,), tuple(trend_notes(rows)))


def _standing_notes(released: Released) -> tuple[str, ...]:
    standings = dict.fromkeys(cohort.standing for cohort in released.outcomes())
    return tuple(standing_note(standing) for standing in standings)
