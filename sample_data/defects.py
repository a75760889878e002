"""Plants the defects of real exports, each counted."""

from collections import Counter, defaultdict
from typing import Any

from sample_data.calibration import calibration
from sample_data.draws import Draws

Row = dict[str, str]

OUT_OF_RANGE = {"PHQ-9": ["28", "99", "-1"], "GAD-7": ["22", "99", "-1"], "PAIN-NRS": ["11", "99", "-1"]}
NOT_A_NUMBER = ["n/a", "12?", "refused", "see note"]
NEAR_MISS = {"PHQ-9": "PHQ9", "GAD-7": "gad-7", "PAIN-NRS": "Pain NRS"}
NOT_TRACKED = [("WHODAS-2.0", 48), ("ISI", 28), ("AUDIT-C", 12)]


def plant_defects(
    draws: Draws, courses: list[Row], infusions: list[Row], scores: list[Row], tally: Counter[str]
) -> None:
    """Change the rows in place so that they hold the defects named in `calibration.toml`.

    A course with a defect of its own gets no defect in its scores, and no score gets two, so that each count
    can be found again in the files.

    Args:
        draws: The stream of draws.
        courses: Rows of the `courses` file.
        infusions: Rows of the `infusions` file.
        scores: Rows of the `scores` file.
        tally: Counts of defects; what is planted is added to it.
    """
    planted = _numbers(len(courses))
    tally.update(planted)
    touched = _spoil_courses(draws, courses, infusions, planted)
    sound = [row for row in infusions if row["course_id"] not in touched]
    for row in draws.shuffled(sound)[: planted["dose_not_a_number"]]:
        row["dose_mg"] = "40 or 45"
    _spoil_scores(draws, scores, touched, planted)


def _numbers(n_courses: int) -> dict[str, int]:
    defects = calibration()["defects"]
    scale = n_courses / calibration()["export"]["n_courses"]
    return {name: max(1, round(number * scale)) for name, number in defects.items() if name != "source"}


def _spoil_courses(draws: Draws, courses: list[Row], infusions: list[Row], planted: dict[str, int]) -> set[str]:
    """Spoil whole courses and return their ids."""
    chosen = iter(draws.shuffled(courses))
    touched = set()
    for name in ("unknown_condition", "bad_quarter", "clock_not_at_first_infusion"):
        for _ in range(planted[name]):
            course = next(chosen)
            touched.add(course["course_id"])
            if name == "unknown_condition":
                course["conditions"] = "migraine"
            elif name == "bad_quarter":
                course["quarter"] = course["quarter"][:4] + "-Q5"
            else:
                _shift_clock(infusions, course["course_id"])
    return touched


def _shift_clock(infusions: list[Row], course_id: str) -> None:
    for row in infusions:
        if row["course_id"] == course_id:
            row["hours_from_start"] = f"{float(row['hours_from_start']) + 48:.2f}".rstrip("0").rstrip(".")


def _spoil_scores(draws: Draws, scores: list[Row], touched: set[str], planted: dict[str, int]) -> None:
    sound = [row for row in scores if row["course_id"] not in touched and row["total"]]
    chosen = iter(draws.shuffled(sound))

    def take(name: str) -> list[Row]:
        return [next(chosen) for _ in range(planted[name])]

    for row in take("out_of_range"):
        row["total"] = _one_of(draws, OUT_OF_RANGE[row["scale"]])
    for row in take("not_a_number"):
        row["total"] = _one_of(draws, NOT_A_NUMBER)
    for row in take("off_step"):
        row["total"] = f"{min(int(row['total']), 9)}.5"
    for row in take("near_miss_scale"):
        row["scale"] = NEAR_MISS[row["scale"]]
    for row in take("blank_course_id"):
        row["course_id"] = ""
    added_after: defaultdict[int, list[Row]] = defaultdict(list)
    for row in take("exact_duplicate_line"):
        added_after[id(row)].append(dict(row))
    for row in take("conflicting_duplicate_line"):
        other = int(row["total"]) + (1 if int(row["total"]) < 5 else -1)
        added_after[id(row)].append({**row, "total": str(other)})
    filled_in: set[tuple[str, ...]] = set()  # one form once a visit, or it would be a conflicting duplicate
    for row in take("not_tracked_scale"):
        visit = (row["course_id"], row["hours_from_start"])
        scale, highest = next(form for form in draws.shuffled(NOT_TRACKED) if (*visit, form[0]) not in filled_in)
        filled_in.add((*visit, scale))
        added_after[id(row)].append({**row, "scale": scale, "total": str(draws.whole(0, highest))})
    strangers = [{**row, "course_id": f"C9{number:05d}"} for number, row in enumerate(take("unknown_course"), start=1)]
    scores[:] = [line for row in scores for line in (row, *added_after[id(row)])] + strangers


def _one_of(draws: Draws, items: list[Any]) -> Any:
    return items[draws.whole(0, len(items) - 1)]
