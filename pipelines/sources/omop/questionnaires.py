"""Which measurements and observations are one questionnaire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipelines.sources.dated.records import TOTAL, ScoreReading


def put_together(scores: Sequence[ScoreReading]) -> None:
    """Says which records are one questionnaire: items of one patient, scale and time, with their total.

    Visits (or measurement events) tell questionnaires of one time apart only where an item or total is told twice.
    Totals alone stay as they are, each a score of its own.
    """
    together: dict[object, list[ScoreReading]] = {}
    for score in scores:
        if score.is_tracked:
            place = score.line if score.key is None else None
            together.setdefault((score.key, place, score.cells["scale"], score.when), []).append(score)
        else:
            score.item = None
    for records in together.values():
        told = Counter(score.item for score in records)
        is_told_twice = any(n > 1 for n in told.values())
        by_visit: dict[str | None, list[ScoreReading]] = {}
        for score in records:
            score.questionnaire = (score.questionnaire if is_told_twice else "") or ""
            if score.key is None:
                score.questionnaire += f" {score.origin} {score.line}"
            by_visit.setdefault(score.questionnaire, []).append(score)
        for of_visit in by_visit.values():
            if all(score.item == TOTAL for score in of_visit):
                for score in of_visit:
                    score.item = None
