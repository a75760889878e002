"""The section of the sites: whether any lies beyond what chance and case mix account for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.reports.compose_rows import rows_of
from pipelines.reports.pack import PackFigure, PackSection, Part
from pipelines.words.catalogue import say
from pipelines.words.rates import legend_of, rates_alt
from pipelines.words.report import site_groups_statement, sites_caption
from pipelines.words.report_tables import cohort_lines, sites_table
from pipelines.words.site_marks import sites_answer
from pipelines.words.sites import drawn_rates, sites_notes, sites_statement

if TYPE_CHECKING:
    from pipelines.reports.compose_draft import Draft


def sites_section(draft: Draft) -> PackSection | None:
    """The sites of each condition; None where there are no two of them to set side by side."""
    conditions = [each for each in draft.cuts.conditions if len(draft.rows.get(f"sites-{each}", ()))]
    if not conditions:
        return None
    if draft.cuts.hides:
        return PackSection("sites", say("report.sites"), None, tuple(_groups(each, draft) for each in conditions))
    table = draft.together([f"sites-{condition}" for condition in conditions])
    whole = draft.cuts.outcomes(conditions[0])[-1]
    answer = sites_answer(table, conditions, draft.cuts.context(whole))
    first = Part(say("report.sites"), (answer,), notes=(say("sites.note"),))
    return PackSection("sites", say("report.sites"), None, (first, *(_part(each, draft) for each in conditions)))


def _part(condition: str, draft: Draft) -> Part:
    name, whole = f"sites-{condition}", draft.cuts.outcomes(condition)[-1]
    rows, context = draft.rows[name], draft.cuts.context(whole)
    label = context.label(condition)
    statement = sites_statement(rows, condition, context)
    draft.enter(name, say("report.table_sites", label=label), sites_table(rows, context))
    caption = sites_caption(rows, whole.words, context)
    alt = f"{statement.text} {rates_alt('sites', drawn_rates(rows), context)}"
    figure = PackFigure(name, "sites", say("report.figure_sites", label=label), alt, name, caption, whole.label)
    return Part(label, (statement,), (figure,), (name,), tuple(sites_notes(rows, context)))


def _groups(condition: str, draft: Draft) -> Part:
    """Sites as they may be told, with their observed rates."""
    name, groups = f"sites-{condition}", draft.cuts.site_groups(condition)
    rates, context = draft.rows[name], draft.cuts.whole_context()
    label = context.label(condition)
    by_site = {group.label: rows_of(rates, group) for group in groups}
    courses = draft.cuts.context(replace(groups[0], sites=())).courses(condition)
    finding = site_groups_statement(by_site, courses, context.fewest)
    alt = say("report.alt_site_groups", label=label, rates=rates_alt("response", by_site, context))
    draft.enter(
        name, say("report.table_site_groups", label=label), cohort_lines(rates, say("report_table.site"), context)
    )
    title, caption = say("report.figure_site_groups", label=label), legend_of("response", rates, context)
    figure = PackFigure(name, "rates", title, alt, name, caption)
    figures = (figure,) if finding.basis else ()
    return Part(label, (finding,), figures, (name,), (say("report.site_groups_note"),))
