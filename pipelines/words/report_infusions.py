"""Tables of a pack about infusions as they are printed: what is counted down the side, one column a condition."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from pipelines.definitions.infusions import RISES
from pipelines.words.catalogue import say
from pipelines.words.numbers import HIDDEN, count, is_hidden, is_known, percent, signed
from pipelines.words.safety import EVENT, PUBLISHED, finding_label, of_hundred, published_words
from pipelines.words.statement import Context, Row

_NOTHING = "–"


def safety_table(table: pd.DataFrame, conditions: Sequence[str], context: Context) -> pd.DataFrame:
    """How often each finding was made at the infusions of each condition, and as published.

    Intervals stand in the figure. Kinds of events that no infusion had are named below it.

    Args:
        table: `infusion_safety` of all infusions.
        conditions: one column each.
        context: definitions, data-through date, selection.
    """
    is_published = table["statistic"].str.endswith(PUBLISHED)
    own, published = table[~is_published & table["condition"].isin(conditions)], table[is_published]
    lines = []
    for statistic, rows in own.groupby("statistic", sort=False):
        name = str(statistic)
        by_condition = {str(row["condition"]): row for row in rows.to_dict("records")}
        if not any(_is_told(row, name) for row in by_condition.values()):
            continue
        found = dict.fromkeys(published_words(published, name, condition) for condition in conditions)
        others = [text for text in found if text != _NOTHING]
        lines.append(
            {
                say("report.what"): finding_label(name),
                **{context.label(each): _found(by_condition.get(each), name) for each in conditions},
                say("report_table.published"): ", ".join(others) or _NOTHING,
            }
        )
    return pd.DataFrame(lines)


def received_table(retention: pd.DataFrame, conditions: Sequence[str], context: Context) -> pd.DataFrame:
    """How many courses received each infusion, of those whose induction is over and recorded.

    Args:
        retention: `infusion_retention`.
        conditions: one column each.
        context: definitions, data-through date, selection.
    """
    received = retention[(retention["statistic"] == "received") & retention["n_of_due"].notna()]
    lines = []
    for infusion, rows in received.groupby("infusion", sort=True):
        by_condition = {str(row["condition"]): row for row in rows.to_dict("records")}
        lines.append(
            {
                say("report_table.infusion"): count(float(str(infusion))),
                **{context.label(each): _received(by_condition.get(each)) for each in conditions},
            }
        )
    return pd.DataFrame(lines)


def _is_told(row: Row, name: str) -> bool:
    is_shown = not row["suppressed"] and is_known(row["estimate"])
    return is_shown and (bool(row["n_with"]) or not name.startswith(f"{EVENT}_"))


def _found(row: Row | None, name: str) -> str:
    """`54.7 (146 of 267)`, or `+8.3 (n = 281)`."""
    if row is None or (not row["suppressed"] and not is_known(row["estimate"])):
        return _NOTHING
    if row["suppressed"]:
        return HIDDEN
    if name in RISES:
        return say("report_table.mean_of", value=signed(row["estimate"]), n=count(row["n_recorded"]))
    share = of_hundred(row["estimate"])
    return say("report_table.share_of", share=share, n=count(row["n_with"]), whole=count(row["n_recorded"]))


def _received(row: Row | None) -> str:
    """`85 % (50 of 59)`."""
    if row is None:
        return _NOTHING
    if row["suppressed"] or is_hidden(row["n_of_due"]):
        return HIDDEN
    if not is_known(row["estimate"]):
        return _NOTHING
    share = percent(row["estimate"])
    return say("report_table.share_of", share=share, n=count(row["n_of_due"]), whole=count(row["n_due"]))
