"""Checks of the data as HTML: those that fail as a list to work through, all of them in tables by category."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pandas as pd

from dashboard.views.parts import typeset
from pipelines.words.catalogue import say
from pipelines.words.quality import (
    Row,
    allowed_share,
    allowed_words,
    category_words,
    counts_words,
    share_words,
    why_words,
)

_HEADS = {"Question": False, "Violated of checked": True, "Share": True, "Allowed": True, "State": False}
"""The columns of the tables, and whether they hold numbers."""


def hand_html(failing: Sequence[tuple[Row, str]]) -> str:
    """Each failing check with its numbers, where most of it is, and what to do first.

    Args:
        failing: rows of `quality_checks` with the sites that have most of it.
    """
    if not failing:
        return f'<p class="quiet">{typeset(say("quality.hand_nothing"))}</p>'
    items = "".join(_item_html(row, worst) for row, worst in failing)
    return f'<ul class="hand">{items}</ul>'


def _item_html(row: Row, worst: str) -> str:
    numbers = f"{counts_words(row)} ({share_words(row)}, {allowed_words(row)}). {worst}"
    return (
        f"<li>{_status_html(row)} <b>{typeset(str(row['question']))}</b>"
        f'<div class="quiet">{typeset(numbers)} {typeset(str(row["why"]))}</div>'
        f"<div>{typeset(str(row['cure']))}</div></li>"
    )


def category_html(category: str, checks: pd.DataFrame) -> str:
    """All checks of a category, to open; the reason and the cure of each behind its question."""
    is_open = " open" if (checks["verdict"] == "failed").any() else ""
    rows = "".join(_row_html(row) for row in checks.to_dict("records"))
    heads = "".join(
        f'<th scope="col"{" class=number" if is_number else ""}>{escape(head)}</th>'
        for head, is_number in _HEADS.items()
    )
    title = f'{escape(say(f"methods.quality_{category}"))}<span class="quiet">{typeset(category_words(checks))}</span>'
    return (
        f'<section class="definitions checks"><details{is_open}><summary><b>{title}</b></summary>'
        f'<div class="scroll" tabindex="0"><table class="numbers checks"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></details></section>"
    )


def _row_html(row: Row) -> str:
    verdict = str(row["verdict"]).replace("_", " ")
    question = (
        f"<details><summary>{typeset(str(row['question']))}</summary>"
        f'<div class="quiet">{typeset(why_words(row))} {typeset(str(row["cure"]))}</div></details>'
    )
    return (
        f'<tr><th scope="row">{question}</th><td class="number">{typeset(counts_words(row))}</td>'
        f'<td class="number">{typeset(share_words(row))}</td><td class="number">{typeset(allowed_share(row))}</td>'
        f"<td>{_status_html(row)} {typeset(verdict)}</td></tr>"
    )


def _status_html(row: Row) -> str:
    status = str(row["status"])
    return f'<span class="status {escape(status)}">{escape(status)}</span>'
