"""The section of a condition: flow, response and remission with all they rest on, onset, durability, trend."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.reports.compose_curves import durability_part, longer_note, onset_part
from pipelines.reports.compose_rows import CHARTED, cuts_of, rows_of
from pipelines.reports.pack import PackFigure, PackSection, Part
from pipelines.words.catalogue import say
from pipelines.words.flow import flow_alt, flow_stages
from pipelines.words.missing_follow_up import lost_statement
from pipelines.words.numbers import HIDDEN, is_hidden
from pipelines.words.rates import legend_of, rates_alt
from pipelines.words.report import flow_sentence, pools_statement, standing_note, trend_caption, without_pointing
from pipelines.words.report_tables import cohort_lines, flow_table, rate_table, trend_table
from pipelines.words.response import remission_statement, response_statement
from pipelines.words.statement import Statement, statistic
from pipelines.words.trend import trend_alt, trend_notes, trend_statement

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.reports.compose_cuts import Cut
    from pipelines.reports.compose_draft import Draft
    from pipelines.words.statement import Context

_STATEMENTS = {"response": response_statement, "remission": remission_statement}


@dataclass(frozen=True)
class Chapter:
    """What every part of a condition's section needs."""

    condition: str
    draft: Draft
    outcomes: tuple[Cut, ...]
    context: Context

    @property
    def label(self) -> str:
        """`Depression`."""
        return self.context.label(self.condition)

    def told(self, said: Statement, cut: Cut) -> Statement:
        """A sentence as it may go out."""
        return without_pointing(said, self.condition, self.draft.cuts.context(cut))

    def title(self, kind: str, name: str) -> str:
        """Of a table or figure."""
        return say(f"report.{kind}_{name}", label=self.label)


def condition_section(condition: str, draft: Draft) -> PackSection:
    """All outcomes of one condition."""
    cuts = draft.cuts
    outcomes = cuts.outcomes(condition)
    if not outcomes:
        context = cuts.whole_context()
        nothing = Statement(say("report.condition_withheld", courses=context.courses(condition)))
        part = Part(say("report.withheld"), (nothing,))
        return PackSection(condition, context.label(condition), condition, (part,))
    chapter = Chapter(condition, draft, outcomes, cuts.context(outcomes[-1]))
    parts = (
        _flow(chapter),
        _rate(chapter, "response"),
        _rate(chapter, "remission"),
        onset_part(condition, draft),
        durability_part(condition, draft),
        _pools(chapter) if cuts.hides else _trend(chapter),
    )
    return PackSection(condition, chapter.label, condition, parts)


def _flow(chapter: Chapter) -> Part:
    draft, name = chapter.draft, f"flow-{chapter.condition}"
    flow, whole = draft.rows[name], chapter.outcomes[-1]
    statements = tuple(
        chapter.told(flow_sentence(rows_of(flow, cut), chapter.condition, draft.cuts.context(cut)), cut)
        for cut in chapter.outcomes
    )
    on_paper = say("report.note_left_out") if draft.cuts.hides else ""
    draft.enter(name, chapter.title("table", "flow"), flow_table(flow), say("report.note_counts"), on_paper)
    figures: tuple[PackFigure, ...] = ()
    if len(own := rows_of(flow, whole)):
        alt = flow_alt(own, chapter.condition, chapter.context)
        key = "caption_flow" if _has_left_out(own) else "caption_flow_stages"
        caption = say(f"report.{key}", cohort=whole.words)
        figures = (PackFigure(name, "flow", chapter.title("figure", "flow"), alt, name, caption, whole.label),)
    standings = dict.fromkeys(cut.standing for cut in chapter.outcomes)
    return Part(say("report.flow"), statements, figures, (name,), tuple(map(standing_note, standings)))


def _has_left_out(flow: pd.DataFrame) -> bool:
    """Whether any exclusion has a number that is shown."""
    return any(not text.startswith(HIDDEN) for stage in flow_stages(flow) for text in stage.left_out)


def _rate(chapter: Chapter, measure: str) -> Part:
    """Response or remission of each cut."""
    draft, condition, name = chapter.draft, chapter.condition, f"{measure}-{chapter.condition}"
    rates = draft.rows[name]
    statements: list[Statement] = []
    outcomes = cuts_of(rates, condition, draft.cuts)
    for cut in outcomes:
        own, context = _with_windows_closed(rows_of(rates, cut), cut), draft.cuts.context(cut)
        statements.append(chapter.told(_STATEMENTS[measure](own, condition, context, lead=cut.label), cut))
        if measure == "response" and cut == outcomes[-1] and _is_standardised(own):
            statements.append(chapter.told(lost_statement(own, condition, context), cut))
    if rates.empty:
        return Part(say(f"report.{measure}"), tuple(replace(said, lead="") for said in statements[:1]))
    notes = longer_note(outcomes[-1], condition, draft.cuts)
    printed, is_withheld = rate_table(rates, chapter.context), rates.loc[rates["statistic"] == "observed", "suppressed"]
    printed = printed.iloc[:0] if is_withheld.all() else printed
    draft.enter(name, chapter.title("table", measure), printed, say("report.note_counts"))
    if is_withheld.all():
        return Part(say(f"report.{measure}"), tuple(statements), (), (name,), notes)
    by_cut = {cut.label: rows_of(rates, cut) for cut in outcomes}
    alt = f"{chapter.label}. {rates_alt(measure, by_cut, chapter.context)}"
    caption = legend_of(measure, rates, chapter.context)
    figure = PackFigure(name, "rates", chapter.title("figure", measure), alt, name, caption)
    return Part(say(f"report.{measure}"), tuple(statements), (figure,), (name,), notes)


def _with_windows_closed(rates: pd.DataFrame, cut: Cut) -> pd.DataFrame:
    """Of a final cohort no course is pending, also under a policy that hides that there is none."""
    if cut.standing != "final":
        return rates
    return rates.assign(n_pending=[0 if is_hidden(n_pending) else n_pending for n_pending in rates["n_pending"]])


def _is_standardised(rates: pd.DataFrame) -> bool:
    """Whether there is anything to be said of those lost that is not withheld."""
    row = statistic(rates, "standardised")
    return row is not None and not row["suppressed"]


def _pools(chapter: Chapter) -> Part:
    """Response over time, where quarters are told together."""
    draft, condition, name = chapter.draft, chapter.condition, f"trend-{chapter.condition}"
    rates, pools = draft.rows[name], draft.cuts.pools(condition)
    context = draft.cuts.whole_context()
    if len(pools) < 2:
        return Part(say("report.trend"), (Statement(say("report.pools_one", courses=context.courses(condition))),))
    printed = cohort_lines(rates, say("report_table.started_in"), context)
    by_pool = {pool.words: rows_of(rates, pool) for pool in pools}
    alt = say("report.alt_pools", label=chapter.label, rates=rates_alt("response", by_pool, context))
    figure = PackFigure(
        name, "rates", chapter.title("figure", "pools"), alt, name, legend_of("response", rates, context)
    )
    span = (pools[0].quarters[0], pools[-1].quarters[-1])
    finding = pools_statement(by_pool, span, context.courses(condition), context.fewest)
    draft.enter(name, chapter.title("table", "pools"), printed if finding.basis else printed.iloc[:0])
    if not finding.basis:
        return Part(say("report.trend"), (finding,), (), (name,))
    return Part(say("report.trend"), (finding,), (figure,), (name,))


def _trend(chapter: Chapter) -> Part:
    """The process chart of the quarters up to the period's end."""
    draft, condition, name = chapter.draft, chapter.condition, f"trend-{chapter.condition}"
    rows, context = draft.rows[name], draft.cuts.whole_context()
    statement = trend_statement(rows, condition, CHARTED, context)
    if rows.empty:
        return Part(say("report.trend"), (statement,))
    draft.enter(name, chapter.title("table", "trend"), trend_table(rows))
    alt = trend_alt(rows, condition, CHARTED, context)
    figure = PackFigure(name, "trend", chapter.title("figure", "trend"), alt, name, trend_caption(rows, context))
    return Part(say("report.trend"), (statement,), (figure,), (name,), tuple(trend_notes(rows)))
