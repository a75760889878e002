"""From started to responded in words: what is left at each stage, and every exclusion with its count."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipelines.words.catalogue import catalogue, say
from pipelines.words.numbers import count, is_hidden, is_known, percent
from pipelines.words.statement import Context, Row, Statement

STAGES = {
    "started": (),
    "with_baseline": ("no_score", "baseline_too_old", "scores_only_after_start", "only_on_scale_apart"),
    "in_population": ("rule_not_offered", "baseline_zero", "below_entry_cut"),
    "observed": ("not_anchored", "pending", "missed"),
    "responded": (),
}
"""What is left at each stage, with what was left out on the way to it."""


@dataclass(frozen=True)
class Stage:
    """One stage of the flow.

    Attributes:
        label: `Followed up`.
        n: how many are left.
        share: of the courses started; None where it is hidden.
        left_out: each exclusion on the way to it, as `65 below the entry cut`.
        hover: all of it as a sentence.
    """

    label: str
    n: str
    share: float | None
    left_out: tuple[str, ...]
    hover: str


def flow_stages(flow: pd.DataFrame) -> list[Stage]:
    """The stages of one condition, in their order; exclusions that left out nobody are passed over.

    Args:
        flow: rows of `course_flow` for one condition and group.
    """
    rows = _by_stage(flow)
    stages = []
    for name, exclusions in STAGES.items():
        row = rows[name]
        share = None if row["suppressed"] else float(row["estimate"]) if is_known(row["estimate"]) else 0.0
        label = say(f"flow.{name}")
        stages.append(
            Stage(
                label,
                count(row["n_courses"]),
                share,
                tuple(_exclusion(rows[each], each) for each in exclusions if rows[each]["n_courses"]),
                _hover(row, label, share),
            )
        )
    return stages


def _hover(row: Row, label: str, share: float | None) -> str:
    counts = {"stage": label, "n": count(row["n_courses"]), "n_started": count(row["n_started"])}
    return say("flow.hover_hidden", **counts) if share is None else say("flow.hover", **counts, share=percent(share))


def flow_statement(flow: pd.DataFrame, condition: str, context: Context) -> Statement:
    """How many of the courses started the rate rests on, and the largest exclusion."""
    courses = context.courses(condition)
    if flow.empty or not flow["n_started"].max():
        return Statement(say("basis.no_courses", courses=courses), more=context.widen)
    rows = _by_stage(flow)
    if rows["observed"]["suppressed"]:
        return Statement(say("basis.withheld", courses=courses))
    named = [each for stage in STAGES.values() for each in stage if rows[each]["n_courses"]]
    exclusions = [each for each in named if not is_hidden(rows[each]["n_courses"])]
    finding = say(
        "flow.finding",
        n_observed=count(rows["observed"]["n_courses"]),
        n_started=count(rows["started"]["n_courses"]),
        courses=courses,
    )
    if not exclusions:
        return Statement(finding)
    largest = max(exclusions, key=lambda each: rows[each]["n_courses"])
    return Statement(finding, more=say("flow.largest", reason=_exclusion(rows[largest], largest)))


def flow_alt(flow: pd.DataFrame, condition: str, context: Context) -> str:
    """What the figure shows."""
    rows = _by_stage(flow)
    return say(
        "flow.alt",
        label=context.label(condition),
        n_started=count(rows["started"]["n_courses"]),
        n_observed=count(rows["observed"]["n_courses"]),
        n_responded=count(rows["responded"]["n_courses"]),
    )


def stage_label(row: Row) -> str:
    """A stage or an exclusion by itself, without its count."""
    name = str(row["statistic"])
    if name in STAGES:
        return say(f"flow.{name}")
    return catalogue().get(f"flow.{name}_label") or _excluded(row, name, "").strip()


def _by_stage(flow: pd.DataFrame) -> dict[str, Row]:
    return {str(row["statistic"]): row for row in flow.to_dict("records")}


def _exclusion(row: Row, name: str) -> str:
    return _excluded(row, name, count(row["n_courses"]))


def _excluded(row: Row, name: str, n: str) -> str:
    if name == "no_score" and row["scale"] != "primary":
        return say("flow.no_score_on", n=n, scale=str(row["scale"]))
    return say(f"flow.{name}", n=n)
