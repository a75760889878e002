"""The section of the sites: whether any lies beyond what chance and case mix account for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.reports.pack import PackFigure, PackSection, Part
from pipelines.words.catalogue import say
from pipelines.words.rates import rates_alt
from pipelines.words.report_tables import sites_table
from pipelines.words.site_marks import sites_answer
from pipelines.words.sites import drawn_rates, sites_notes, sites_statement

if TYPE_CHECKING:
    from pipelines.reports.compose_draft import Draft


def sites_section(draft: Draft) -> PackSection | None:
    """The sites of each condition; None where there are no two of them to set side by side."""
    conditions = [each for each in draft.cuts.conditions if len(draft.rows.get(f"sites-{each}", ()))]
    if not conditions:
        return None
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
    caption = say("report.caption_sites", cohort=whole.words, confidence=context.confidence)
    alt = f"{statement.text} {rates_alt('sites', drawn_rates(rows), context)}"
    figure = PackFigure(name, "sites", say("report.figure_sites", label=label), alt, name, caption, whole.label)
    return Part(label, (statement,), (figure,), (name,), tuple(sites_notes(rows, context)))
