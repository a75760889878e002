"""Answers to the nine questions of the PHQ-9, and levels of suicidal ideation, at the sites that record them.

They are drawn last and from a stream of their own: totals, times and planted defects stay as they are.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sample_data.calibration import calibration, quarters
from sample_data.defects import Row
from sample_data.draws import Draws, round_half_up

N_ITEMS, HIGHEST_ANSWER, HIGHEST_LEVEL = 9, 3, 5
SCALE, LEVEL_SCALE = "PHQ-9", "C-SSRS"
ITEMS = tuple(f"item_{number}" for number in range(1, N_ITEMS + 1))
_KEY = ("course_id", "scale", "hours_from_start", "rater", "timing")


def record_ideation(draws: Draws, courses: Sequence[Row], infusions: Sequence[Row], scores: list[Row]) -> None:
    """Add the items to PHQ-9 rows in place, and rows of C-SSRS after them; rows and courses with a defect have none.

    The ninth item is about thoughts of death. How it moves with the total is the course's own; the other eight share
    what is left of the total by chance. A level of C-SSRS is drawn from the same, at the same visit.
    """
    table = calibration()["ideation"]
    begun = {row["course_id"] for row in infusions if float(row["hours_from_start"]) == 0}
    sites = {row["course_id"]: row["site"] for row in courses if row["course_id"] in begun and _is_sound(row)}
    times_used = Counter(tuple(row[name] for name in _KEY) for row in scores)
    leaning: defaultdict[str, float] = defaultdict(lambda: draws.value(table["leaning"]))
    recorded: list[Row] = []
    for row in scores:
        recorded.append(row)
        is_scored = row["scale"] == SCALE and row["course_id"] in sites and _is_total(row["total"])
        if not is_scored or times_used[tuple(row[name] for name in _KEY)] > 1:
            continue
        total, site = int(row["total"]), sites[row["course_id"]]
        level = leaning[row["course_id"]] * total / N_ITEMS
        ninth = _ninth_answer(draws, level, total)
        is_rated = draws.happens(table["level_recorded"])
        rating = round_half_up(table["level_factor"] * level + draws.normal(sd=table["noise"]))
        others = _other_answers(draws, total - ninth)
        if site in table["sites_with_items"]:
            row |= dict(zip(ITEMS, map(str, [*others, ninth]), strict=True))
        if site in table["sites_with_level"] and is_rated:
            recorded.append(_level_row(row, min(max(rating, 0), HIGHEST_LEVEL)))
    scores[:] = recorded


def _is_sound(course: Row) -> bool:
    known = {condition for shares in calibration()["case_mix"]["conditions"] for condition in shares[0].split(";")}
    return set(course["conditions"].split(";")) <= known and course["quarter"] in quarters()


def _is_total(text: str) -> bool:
    return text.isdecimal() and int(text) <= N_ITEMS * HIGHEST_ANSWER


def _ninth_answer(draws: Draws, level: float, total: int) -> int:
    """As near to the course's own level as the total leaves room for."""
    least = max(0, total - (N_ITEMS - 1) * HIGHEST_ANSWER)
    drawn = round_half_up(level + draws.normal(sd=calibration()["ideation"]["noise"]))
    return min(max(drawn, least), HIGHEST_ANSWER, total)


def _other_answers(draws: Draws, points: int) -> list[int]:
    """Eight answers that sum to so many points."""
    answers = [0] * (N_ITEMS - 1)
    for _ in range(points):
        open_items: list[Any] = [place for place, answer in enumerate(answers) if answer < HIGHEST_ANSWER]
        answers[open_items[draws.whole(0, len(open_items) - 1)]] += 1
    return answers


def _level_row(row: Row, level: int) -> Row:
    blank = dict.fromkeys(ITEMS, "")
    return {**row, **blank, "scale": LEVEL_SCALE, "total": str(level), "rater": "clinician"}
