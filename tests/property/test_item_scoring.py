"""Items through the real import make the score that a plain restatement of each form's rule makes, or the same fault.

The restatement below is typed from the literature, scale by scale, and reads no definition file. A program's own
PHQ-9 that allows two blanks is here too, for proration.
"""

import csv
import random
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest

from pipelines.definitions import load_definitions
from pipelines.settings import Settings
from pipelines.sources.canonical import find_canonical
from pipelines.sources.intake import import_files
from pipelines.sources.judging import judged_rows
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

N_LINES = 3000
MAXIMA = {
    "PHQ-9": [3] * 9,
    "GAD-7": [3] * 7,
    "MADRS": [6] * 10,
    "HAM-D-17": [4, 4, 4, 2, 2, 2, 4, 4, 4, 4, 4, 2, 2, 2, 4, 2, 2],
    "QIDS-SR16": [3] * 16,
    "BDI-II": [3] * 21,
    "HAM-A": [4] * 14,
    "BAI": [3] * 21,
    "BPI-SEV": [10] * 4,
    "BPI-INT": [10] * 7,
    "PEG": [10] * 3,
    "Y-BOCS": [4] * 10,
    "PCL-5": [4] * 20,
    "C-SSRS": [1] * 5,
    "CADSS": [4] * 23,
}
WIDTH = max(map(len, MAXIMA.values()))
MEANS = {"BPI-SEV", "BPI-INT", "PEG"}


# --- the rules, restated --------------------------------------------------------------------------------


def expected(scale: str, items: list[str]) -> tuple[str, str] | tuple[Fraction, int, bool]:
    """The rule and column of the first fault, or the score in points, items answered, and whether it is prorated."""
    n = len(MAXIMA[scale])
    read = [drop_letter(scale, place, item) for place, item in enumerate(items, start=1)]
    for fault, is_wrong in (
        ("not_a_number", lambda _place, item: not is_number(item)),
        ("out_of_range", lambda place, item: place > n or not 0 <= Fraction(item) <= MAXIMA[scale][place - 1]),
        ("off_step", lambda _place, item: Fraction(item).denominator != 1),
    ):
        wrong = [place for place, item in enumerate(read, start=1) if item and is_wrong(place, item)]
        if wrong:
            return fault, f"item_{wrong[0]}"
    value = {place: Fraction(item) for place, item in enumerate(read, start=1) if item}
    missing = [place for place in range(1, n + 1) if place not in value and not is_left_blank(scale, place, value)]
    if len(missing) > {"BPI-INT": 3, "PHQ-9": 2}.get(scale, 0):
        return "too_few_items", f"item_{missing[0]}"
    return score(scale, value, bool(missing), n), len(value), bool(missing)


def score(scale: str, value: dict[int, Fraction], is_prorated: bool, n: int) -> Fraction:
    if scale in MEANS:
        return sum(value.values()) / len(value)
    if scale == "QIDS-SR16":
        sleep, weight, psychomotor = (
            max(value[place] for place in places if place in value) for places in ((1, 2, 3, 4), (6, 7, 8, 9), (15, 16))
        )
        return sleep + value[5] + weight + sum(value[place] for place in range(10, 15)) + psychomotor
    if scale == "C-SSRS":
        return Fraction(max((place for place, item in value.items() if item), default=0))
    if is_prorated:
        return Fraction(floor(sum(value.values()) * n / len(value) + Fraction(1, 2)))
    return sum(value.values())


def is_left_blank(scale: str, place: int, value: dict[int, Fraction]) -> bool:
    """Whether the form itself leaves the item blank."""
    if scale == "QIDS-SR16" and place in (6, 7, 8, 9):
        return {6: 7, 7: 6, 8: 9, 9: 8}[place] in value
    return scale == "C-SSRS" and place in (3, 4, 5) and value.get(2) == 0


def drop_letter(scale: str, place: int, item: str) -> str:
    return item[0] if scale == "BDI-II" and place in (16, 18) and len(item) == 2 and item[1] in "abAB" else item


def is_number(item: str) -> bool:
    try:
        Fraction(item)
    except ValueError:
        return False
    return "/" not in item


# --- random questionnaires ------------------------------------------------------------------------------


def questionnaire(chance: random.Random) -> tuple[str, list[str]]:
    """A scale and its items, mostly sound; some blank, beyond their range, between two values, or no number."""
    scale = chance.choice(list(MAXIMA))
    items = [str(chance.randint(0, maximum)) for maximum in MAXIMA[scale]]
    for place in range(len(items)):
        if chance.random() < 0.08:
            items[place] = ""
        elif scale == "BDI-II" and place in (15, 17) and items[place] != "0" and chance.random() < 0.5:
            items[place] += chance.choice("abAB")
        elif chance.random() < 0.006:
            items[place] = chance.choice(["-1", "11", "1.5", "many", "2.0", "1a"])
    if scale == "QIDS-SR16" and chance.random() < 0.7:
        items[chance.choice((5, 6))] = items[chance.choice((7, 8))] = ""
    if scale == "C-SSRS" and chance.random() < 0.5:
        items[1:] = ["0", "", "", ""]
    items += [""] * (WIDTH - len(items))
    if chance.random() < 0.01:
        items[-1] = "1"
    return scale, items


def write(folder: Path, lines: list[tuple[str, list[str]]]) -> None:
    (folder / "courses.csv").write_text("course_id,conditions\nA,depression\n", encoding="utf-8")
    with (folder / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["course_id", "scale", "minutes_from_start", *(f"item_{n + 1}" for n in range(WIDTH))])
        for minute, (scale, items) in enumerate(lines):
            writer.writerow(["A", scale, minute, *items])


def own_definitions(folder: Path):
    """The shipped definitions, with a PHQ-9 that may lack two answers."""
    text = (Path(load_definitions.__code__.co_filename).parent / "scales/PHQ-9.toml").read_text(encoding="utf-8")
    (folder / "scales").mkdir()
    changed = text.replace('scoring = "sum"\n', 'scoring = "sum"\nmay_be_missing = 2\n')
    assert changed != text
    (folder / "scales/PHQ-9.toml").write_text(changed, encoding="utf-8")
    return load_definitions(folder)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_items_are_scored_as_the_forms_say(tmp_path, seed):
    chance = random.Random(seed)
    lines = [questionnaire(chance) for _ in range(N_LINES)]
    lines = [(scale, items) for scale, items in lines if any(items)]
    inputs, own, scratch = (tmp_path / name for name in ("inputs", "own", "scratch"))
    for folder in (inputs, own, scratch):
        folder.mkdir()
    write(inputs, lines)
    definitions = own_definitions(own)
    with judged_rows(find_canonical([inputs]), None, Settings(), definitions, lambda _: None, scratch) as (
        connection,
        _,
    ):
        faults = dict(
            connection.execute(
                "select line, (rule, column_name) from accepted.quarantine where table_name = 'scores'"
            ).fetchall()
        )
        accepted = {
            minute: (Fraction(units) / definitions.scales[scale].units_per_point, n_answered, is_prorated)
            for minute, scale, units, n_answered, is_prorated in connection.execute(
                "select minute, scale, score, n_answered, is_prorated from accepted.scores"
            ).fetchall()
        }
    seen = set()
    for minute, (scale, items) in enumerate(lines):
        wanted = expected(scale, items)
        found = faults.get(minute + 2) or accepted[minute]
        assert found == wanted, f"{scale}: {items}"
        seen.add((scale, wanted[0] if isinstance(wanted[0], str) else f"prorated {wanted[2]}"))
    assert {scale for scale, end in seen if end == "prorated False"} == set(MAXIMA)
    assert {scale for scale, end in seen if end == "prorated True"} == {"BPI-INT", "PHQ-9"}
    assert {end for _, end in seen} >= {"not_a_number", "out_of_range", "off_step", "too_few_items"}


def test_the_import_says_how_many_scores_are_prorated(tmp_path):
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    write(inputs, [("BPI-INT", ["7", "6", "", "8", "", "5", ""] + [""] * 16), ("PEG", ["5", "5", "4"] + [""] * 20)])
    result = import_files(
        Store(tmp_path / "store"), [inputs], ImportOptions(), Settings(), load_definitions(), lambda _: None
    )
    said = "Made from fewer items than the form has, as its definition allows, and flagged: 1 score."
    assert [note for note in result.batch.notes if "fewer items" in note] == [said]
