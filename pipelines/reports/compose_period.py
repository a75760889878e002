"""What happened in the period itself: courses started, adverse events, infusions received, the hours after one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipelines.definitions.disclosure import HIDDEN
from pipelines.privacy.release.ledger import NEW, STANDING
from pipelines.reports.pack import PackFigure, PackSection, Part
from pipelines.words.acute import acute_notes, acute_numbers, acute_statement
from pipelines.words.catalogue import say
from pipelines.words.numbers import is_hidden, total
from pipelines.words.report import activity_statement, judged_note, standing_note, without_pointing
from pipelines.words.report_infusions import received_table, safety_table
from pipelines.words.report_tables import NOTHING, activity_table
from pipelines.words.retention import retention_statement
from pipelines.words.safety import safety_statement
from pipelines.words.safety_marks import never_words, safety_alt, safety_sections
from pipelines.words.statement import Statement
from pipelines.words.vital_signs import pressure_statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.reports.compose_cuts import Cuts
    from pipelines.reports.compose_draft import Draft
    from pipelines.words.statement import Context


def activity_section(draft: Draft) -> PackSection:
    """Courses started, infusions received, the hours after an infusion, adverse events and pressures."""
    parts = (_started(draft), _received(draft), _acute(draft), _events(draft), _pressure(draft))
    return PackSection("activity", say("report.activity"), None, tuple(part for part in parts if part is not None))


def _started(draft: Draft) -> Part:
    """How many courses began, for what, and how many of them rates can be of."""
    cuts, cut = draft.cuts, draft.cuts.activity()
    frame, context = draft.rows["activity"], cuts.context(cut)
    started = frame[frame["statistic"] == "started"]
    statement = activity_statement(started, cut.words, _n_all(started, cuts), context)
    name = draft.enter("activity", say("report.table_activity"), activity_table(frame, context))
    note = judged_note(cuts.cohorts.latest.quarters, cuts.cohorts.rolling.quarters)
    return Part(say("report.started"), (statement,), (), (name,), (note,))


def _n_all(started: pd.DataFrame, cuts: Cuts) -> float:
    """All first courses of the period, where these less those of each condition do not tell who is given for two."""
    policy, n_all = cuts.about.policy, cuts.n_started(cuts.activity())
    if n_all is None:
        return HIDDEN
    if policy.hides_nothing:
        return n_all
    if (started[STANDING] != NEW).any():
        return HIDDEN  # No row holds it, so that a second one would tell how many came late.
    by_condition = total(started["n_courses"])
    if is_hidden(by_condition) or policy.is_small(by_condition - n_all) or by_condition < n_all:
        return HIDDEN
    return policy.shown(n_all)


def _events(draft: Draft) -> Part:
    cuts, cut, frame = draft.cuts, draft.cuts.activity(), draft.rows["safety"]
    context, conditions = cuts.context(cut), cuts.conditions
    own = {condition: frame[frame["condition"] == condition] for condition in conditions}
    statements = [
        without_pointing(safety_statement(rows, condition, context), condition, context)
        for condition, rows in own.items()
    ]
    printed = safety_table(frame, conditions, context)
    name = draft.enter("safety", say("report.table_safety"), printed, say("report.note_safety"))
    sections = safety_sections(frame[_is_drawn(frame, conditions)], conditions, context)
    figures: tuple[PackFigure, ...] = ()
    notes = [standing_note(cut.standing)]
    if sections:
        caption = say("report.caption_safety", cohort=cut.words, confidence=context.confidence)
        alt = _alt(frame, conditions, context)
        figures = (PackFigure(name, "safety", say("report.figure_safety"), alt, name, caption, cut.label),)
        notes.append(never_words(frame, conditions, context))
    return Part(say("report.events"), tuple(statements), figures, (name,), tuple(note for note in notes if note))


def _is_drawn(frame: pd.DataFrame, conditions: Sequence[str]) -> pd.Series:
    """Which rows are marks of the figure: those that are shown, and that anybody had."""
    had = pd.to_numeric(frame["n_with"], errors="coerce").fillna(0) > 0
    return ~frame["suppressed"].astype(bool) & frame["estimate"].notna() & frame["condition"].isin(conditions) & had


def _alt(frame: pd.DataFrame, conditions: Sequence[str], context: Context) -> str:
    """What the figure shows; what is hidden is said once, not line by line."""
    is_hidden_row = frame["suppressed"].astype(bool)
    alt = safety_alt(safety_sections(frame[~is_hidden_row], conditions, context), context)
    return say("report.alt_hidden", alt=alt) if is_hidden_row.any() else alt


def _pressure(draft: Draft) -> Part | None:
    """How far pressures and the heart rate rose; none where every figure is withheld."""
    frame, context = draft.rows["safety"], draft.cuts.context(draft.cuts.activity())
    own = {condition: frame[frame["condition"] == condition] for condition in draft.cuts.conditions}
    statements = tuple(
        pressure_statement(rows, condition, context)
        for condition, rows in own.items()
        if not rows.loc[rows["statistic"] == "systolic_rise", "suppressed"].any()
    )
    return Part(say("report.pressure"), statements) if statements else None


def _received(draft: Draft) -> Part | None:
    cut, table = draft.cuts.activity(), draft.rows.get("infusions-received")
    if table is None or table.empty:
        return None
    context = draft.cuts.context(cut)
    statements = tuple(_received_of(condition, table, context) for condition in draft.cuts.conditions)
    printed = received_table(table, draft.cuts.conditions, context)
    name = draft.enter("infusions-received", say("report.table_received"), printed)
    return Part(say("report.received"), statements, (), (name,))


def _received_of(condition: str, table: pd.DataFrame, context: Context) -> Statement:
    """Of one condition; where a policy leaves none of its rows, that it is withheld."""
    rows = table[table["condition"] == condition]
    if rows.empty:
        return Statement(say("report.part_withheld", courses=context.courses(condition)))
    return without_pointing(retention_statement(rows, condition, context), condition, context)


def _acute(draft: Draft) -> Part | None:
    """The change around infusions of the conditions whose scales can tell it; None where none can."""
    cut, table = draft.cuts.activity(), draft.rows["acute"]
    told = [each for each in draft.cuts.conditions if table.loc[table["condition"] == each, "estimate"].notna().any()]
    if not told:
        return None
    context = draft.cuts.context(cut)
    statements = tuple(acute_statement(table[table["condition"] == each], each, context) for each in told)
    printed = acute_numbers(table[table["condition"].isin(told)], "condition", context)
    printed = printed.loc[:, (printed != NOTHING).any()]
    name = draft.enter("acute", say("report.table_acute"), printed)
    return Part(say("report.acute"), statements, (), (name,), tuple(acute_notes(context)))
