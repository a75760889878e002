"""The page of key results, from the same rows as the tables of the pack."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.reports.compose_rows import cuts_of, rows_of
from pipelines.words.catalogue import say
from pipelines.words.report_key import (
    Told,
    completeness_key,
    condition_key,
    latest_key,
    safety_key,
    synthetic_key,
    withheld_key,
)
from pipelines.words.safety import ALL

if TYPE_CHECKING:
    from pipelines.reports.compose_cuts import Cut
    from pipelines.reports.compose_draft import Draft
    from pipelines.reports.pack import PackSection
    from pipelines.words.statement import Statement


def key_results(draft: Draft, activity: PackSection) -> tuple[Statement, ...]:
    """What a reader with a minute has to know.

    Args:
        draft: with all rows.
        activity: whose sentence opens the page.
    """
    cuts = draft.cuts
    wholes = {each: whole for each in cuts.conditions if (whole := cuts.whole(each)) is not None}
    found: list[Statement | None] = [synthetic_key()] if cuts.about.is_synthetic else []
    found += [replace(said, lead=say("report_key.activity")) for said in activity.parts[0].statements]
    found += [_condition(condition, whole, draft) for condition, whole in wholes.items()]
    found.append(_latest(draft))
    found.append(_safety(draft))
    found.append(_completeness(wholes, draft))
    if not cuts.about.policy.hides_nothing:
        found.append(withheld_key(cuts.about.policy))
    return tuple(statement for statement in found if statement is not None)


def _condition(condition: str, whole: Cut, draft: Draft) -> Statement:
    rates = _told("response", condition, whole, draft)
    told = {}
    for name in ("onset", "durability"):
        times = draft.rows[f"{name}-{condition}"]
        cut = cuts_of(times, condition, draft.cuts)[-1]
        told[name] = ("" if cut.quarters == whole.quarters else cut.words, rows_of(times, cut))
    return condition_key(rates, told["onset"], told["durability"], condition, draft.cuts.context(whole))


def _told(name: str, condition: str, cut: Cut, draft: Draft) -> Told:
    return Told(cut.words, cut.standing, rows_of(draft.rows[f"{name}-{condition}"], cut))


def _latest(draft: Draft) -> Statement | None:
    """The newest cut of each condition that has one beside the whole."""
    told = {}
    for condition in draft.cuts.conditions:
        outcomes = draft.cuts.outcomes(condition)
        if len(outcomes) > 1:
            told[condition] = _told("response", condition, outcomes[0], draft)
    return latest_key(told, draft.cuts.whole_context())


def _safety(draft: Draft) -> Statement:
    cuts, safety, activity = draft.cuts, draft.rows["safety"], draft.cuts.activity()
    whole = safety[safety["infusion"] == ALL]
    events = {condition: whole[whole["condition"] == condition] for condition in cuts.conditions}
    return safety_key(events, activity.words, activity.standing, cuts.context(activity))


def _completeness(wholes: dict[str, Cut], draft: Draft) -> Statement | None:
    told = {condition: _told("completeness", condition, whole, draft) for condition, whole in wholes.items()}
    return completeness_key(told, draft.cuts.whole_context())
