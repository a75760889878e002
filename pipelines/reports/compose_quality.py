"""The section on the data: follow-up, checks, imports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.privacy.release.checks import told_of_checks
from pipelines.reports.compose_rows import rows_of
from pipelines.reports.pack import PackSection, Part
from pipelines.results.registry import quality_result
from pipelines.words.catalogue import say
from pipelines.words.missing_follow_up import completeness_note, completeness_numbers, completeness_statement
from pipelines.words.quality import comparison_words, imports_numbers, quality_statement
from pipelines.words.report import checks_note, imports_sentence, without_pointing
from pipelines.words.report_tables import COHORT, NOTHING, checks_table
from pipelines.words.statement import Statement

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.published.snapshot import EarlierQuality
    from pipelines.reports.compose_cuts import Cuts
    from pipelines.reports.compose_draft import Draft


def quality_section(draft: Draft, earlier: EarlierQuality) -> PackSection:
    """How complete follow-up is, where imported rows ended, and what the checks of the data found."""
    parts = (_follow_up(draft), _imports(draft), _checks(draft, earlier))
    return PackSection("quality", say("report.quality"), None, tuple(part for part in parts if part is not None))


def _follow_up(draft: Draft) -> Part | None:
    cuts = draft.cuts
    wholes = {each: whole for each in cuts.conditions if (whole := cuts.whole(each)) is not None}
    if not wholes:
        return None
    table = draft.together([f"completeness-{condition}" for condition in wholes])
    statements = [
        without_pointing(
            completeness_statement(
                rows_of(draft.rows[f"completeness-{condition}"], whole), condition, cuts.context(whole)
            ),
            condition,
            cuts.context(whole),
        )
        for condition, whole in wholes.items()
    ]
    printed = completeness_numbers(table, COHORT, cuts.context(next(iter(wholes.values()))))
    printed = printed.loc[:, (printed != NOTHING).any()]
    title = say("report.table_completeness")
    name = draft.enter_frame("completeness", title, table, printed, completeness_note())
    return Part(say("report.completeness"), tuple(statements), (), (name,))


def _checks(draft: Draft, earlier: EarlierQuality) -> Part:
    checks, before = _found(draft.cuts, earlier), earlier.snapshot
    comparison = comparison_words(
        before.id if before else None, f"{before.built_at:%Y-%m-%d}" if before else None, earlier.found is not None
    )
    statement = quality_statement(checks, comparison, earlier.found is not None)
    printed = checks_table(checks)
    on_paper = checks_note(len(checks), len(printed))
    name = draft.enter_frame("quality", say("report.table_quality"), checks, printed, on_paper=on_paper)
    return Part(say("report.checks"), (statement,), (), (name,))


def _found(cuts: Cuts, earlier: EarlierQuality) -> pd.DataFrame:
    filters = replace(cuts.filters(cuts.activity()), condition=(), quarter=())
    return told_of_checks(
        quality_result(cuts.published, filters, (), earlier.found, cuts.about.policy), cuts.about.policy
    )


def _imports(draft: Draft) -> Part | None:
    """Where the rows of each import ended; none in a pack of one site, for imports are of the whole program."""
    published, about = draft.cuts.published, draft.cuts.about
    imports = published.imports()
    if about.site is not None or imports.empty:
        return None
    if draft.cuts.hides:  # A later import is an earlier one and what came since.
        return Part(say("report.imports"), (Statement(say("report.imports_inside")),))
    name = draft.enter_frame("imports", say("report.table_imports"), imports, imports_numbers(imports))
    return Part(say("report.imports"), (imports_sentence(imports),), (), (name,))
