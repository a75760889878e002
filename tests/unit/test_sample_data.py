"""The synthetic sample data: reproducible, labelled, with known defects, and near published results.

The outcomes are computed here from the CSV files in plain Python, apart from the pipeline, by the rules of
the data contract.
"""

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median

import pytest

from sample_data.calibration import calibration, data_through, days_in, first_day, quarters
from sample_data.draws import Draws, at_rank, round_half_up
from sample_data.generator import CANONICAL_FOLDER, DEFAULT_N_COURSES, write_canonical
from sample_data.ideation import ITEMS, LEVEL_SCALE

FILES = ("courses", "infusions", "scores")
SCALES = {"depression": "PHQ-9", "anxiety": "GAD-7", "chronic_pain": "PAIN-NRS"}
HIGHEST = {"PHQ-9": 27, "GAD-7": 21, "PAIN-NRS": 10}
ENTRY_CUT = {"PHQ-9": 10, "GAD-7": 8, "PAIN-NRS": 4}
KEPT_FRACTION = {
    "PHQ-9": (1, 2),
    "GAD-7": (1, 2),
    "PAIN-NRS": (7, 10),
}  # response: at most this part of baseline
LAST_MATURE_QUARTER = "2026-Q2"
INDUCTION_HOURS = 28 * 24


# --- reading the files, apart from the pipeline ---------------------------------------------------------


@cache
def rows(name):
    with (CANONICAL_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass
class ScaleCourse:
    course: dict
    scale: str
    infusion_days: list
    baseline: int | None
    assessments: list  # (day, total) after the first infusion began, in time order

    @property
    def last_induction_day(self):
        return [day for day in self.infusion_days if 24 * day <= INDUCTION_HOURS][:8][-1]

    @property
    def is_eligible(self):
        return self.baseline is not None and self.baseline >= ENTRY_CUT[self.scale]

    @property
    def is_mature(self):
        return self.course["quarter"] <= LAST_MATURE_QUARTER

    def responds(self, total):
        part, whole = KEPT_FRACTION[self.scale]
        return whole * total <= part * self.baseline

    @property
    def endpoint(self):
        in_window = [
            (abs(day - self.last_induction_day - 21), day, total)
            for day, total in self.assessments
            if 14 <= day - self.last_induction_day <= 31
        ]
        return min(in_window)[2] if in_window else None


@cache
def scale_courses(condition):
    """Courses of a condition with sound records, on the condition's scale."""
    scale = SCALES[condition]
    infusion_days = defaultdict(list)
    for row in rows("infusions"):
        infusion_days[row["course_id"]].append(float(row["hours_from_start"]) / 24)
    totals = defaultdict(dict)
    for row in rows("scores"):
        if row["scale"] == scale and row["total"].isdigit() and int(row["total"]) <= HIGHEST[scale]:
            hours = float(row["hours_from_start"])
            is_before = hours < 0 or (hours == 0 and row["timing"] != "after")
            totals[row["course_id"]][hours, is_before] = int(row["total"])
    found = []
    for course in rows("courses"):
        days = sorted(infusion_days[course["course_id"]])
        if condition not in course["conditions"].split(";") or days[0] != 0 or "Q5" in course["quarter"]:
            continue
        scores = sorted(totals[course["course_id"]].items())
        before = [total for (hours, is_before), total in scores if is_before and hours >= -30 * 24]
        after = [(hours / 24, total) for (hours, is_before), total in scores if not is_before]
        found.append(ScaleCourse(course, scale, days, before[-1] if before else None, after))
    return found


def mature_and_eligible(condition):
    return [course for course in scale_courses(condition) if course.is_eligible and course.is_mature]


def observed(condition):
    return [course for course in mature_and_eligible(condition) if course.endpoint is not None]


def response_rate(condition):
    courses = observed(condition)
    return sum(course.responds(course.endpoint) for course in courses) / len(courses)


def remission_rate(condition, at_most):
    courses = observed(condition)
    return sum(course.endpoint <= at_most for course in courses) / len(courses)


def worse_rate(condition):
    courses = observed(condition)
    return sum(course.endpoint > course.baseline for course in courses) / len(courses)


def completeness(condition):
    return len(observed(condition)) / len(mature_and_eligible(condition))


def first_responses(condition):
    """Day of the first recorded response of each course that has one, and the infusions given before it."""
    found = []
    for course in mature_and_eligible(condition):
        day = next((day for day, total in course.assessments if course.responds(total)), None)
        if day is not None:
            found.append((day, sum(start < day for start in course.infusion_days)))
    return found


def still_responding(condition, days):
    """Kaplan-Meier share still responding, from the first assessment after induction, at recorded times."""
    spans = []
    for course in mature_and_eligible(condition):
        after = [(day, total) for day, total in course.assessments if day > course.last_induction_day]
        if not after or not course.responds(after[0][1]):
            continue
        lost = next((day for day, total in after if not course.responds(total)), None)
        spans.append(((lost if lost is not None else after[-1][0]) - after[0][0], lost is not None))
    share = 1.0
    for time in sorted({time for time, is_lost in spans if is_lost and time <= days}):
        at_risk = sum(span >= time for span, _ in spans)
        share *= 1 - sum(span == time and is_lost for span, is_lost in spans) / at_risk
    return share


# --- the files ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regenerated")
    return folder, write_canonical(folder)


@pytest.mark.parametrize("name", FILES)
def test_the_committed_files_are_what_the_generator_writes(regenerated, name):
    folder, _ = regenerated
    committed = (CANONICAL_FOLDER / f"{name}.csv").read_bytes()
    assert (folder / f"{name}.csv").read_bytes() == committed
    assert b"\r" not in committed


def test_another_seed_gives_other_courses(tmp_path):
    write_canonical(tmp_path / "one", seed=1, n_courses=40)
    write_canonical(tmp_path / "two", seed=2, n_courses=40)
    write_canonical(tmp_path / "one_again", seed=1, n_courses=40)
    one, two, again = ((tmp_path / name / "scores.csv").read_bytes() for name in ("one", "two", "one_again"))
    assert one == again != two


def test_too_few_courses_for_the_defects_are_refused(tmp_path):
    with pytest.raises(ValueError, match="at least 20"):
        write_canonical(tmp_path, n_courses=19)


def test_the_files_are_small():
    assert sum((CANONICAL_FOLDER / f"{name}.csv").stat().st_size for name in FILES) < 3_000_000


def test_the_readme_states_the_numbers_of_these_files():
    readme = CANONICAL_FOLDER.with_name("README.md").read_text(encoding="utf-8")
    stated = [f"`canonical/{name}.csv` | {len(rows(name)):,} |" for name in FILES]
    for condition in SCALES:
        courses = observed(condition)
        responded = sum(course.responds(course.endpoint) for course in courses)
        stated.append(f"{responded} of {len(courses)}, {responded / len(courses):.1%}".replace("%", " %"))
    assert [text for text in stated if text not in readme] == []


def test_every_course_says_that_it_is_synthetic():
    assert {row["attr_synthetic"] for row in rows("courses")} == {"yes"}


def test_nothing_looks_like_a_date_an_address_or_a_telephone_number():
    shapes = {
        "date": re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"),
        "e-mail": re.compile(r"@"),
        "telephone or social security number": re.compile(r"\d{3}[-. ]\d{2,3}[-. ]\d{4}"),
        "network address": re.compile(r"https?:|\d+\.\d+\.\d+\.\d+"),
    }
    for name in FILES:
        text = (CANONICAL_FOLDER / f"{name}.csv").read_text(encoding="utf-8")
        assert [kind for kind, shape in shapes.items() if shape.search(text)] == [], name


def test_three_conditions_twelve_sites_sixteen_quarters():
    courses = [row for row in rows("courses") if row["conditions"] != "migraine"]
    assert {name for row in courses for name in row["conditions"].split(";")} == set(SCALES)
    assert {row["site"] for row in courses} == {f"Site {number:02d}" for number in range(1, 13)}
    assert {row["quarter"] for row in courses if "Q5" not in row["quarter"]} == set(quarters())
    assert (quarters()[0], quarters()[-1], len(quarters())) == ("2022-Q4", "2026-Q3", 16)


def test_courses_have_unique_ids_and_repeat_courses_come_later():
    courses = rows("courses")
    assert len({row["course_id"] for row in courses}) == len(courses) == DEFAULT_N_COURSES
    by_patient = defaultdict(dict)
    for row in courses:
        by_patient[row["patient_id"]][row["course_number"]] = row
    pairs = [numbers for numbers in by_patient.values() if len(numbers) == 2]
    assert 0.07 <= len(pairs) / len(courses) <= 0.09
    for numbers in pairs:
        if "Q5" not in numbers["1"]["quarter"] + numbers["2"]["quarter"]:
            assert numbers["1"]["quarter"] < numbers["2"]["quarter"]
        assert numbers["1"]["site"] == numbers["2"]["site"]


def test_infusions_are_numbered_in_order_within_courses_that_exist():
    hours = defaultdict(list)
    numbers = defaultdict(list)
    for row in rows("infusions"):
        hours[row["course_id"]].append(float(row["hours_from_start"]))
        numbers[row["course_id"]].append(int(row["infusion_number"]))
    assert set(hours) == {row["course_id"] for row in rows("courses")}
    for course_id, times in hours.items():
        assert times == sorted(set(times))
        assert numbers[course_id] == list(range(1, len(times) + 1))
        assert all(later - earlier < 60 * 24 for earlier, later in pairwise(times))


def test_vital_signs_rise_as_published_and_stay_possible():
    recorded = [row for row in rows("infusions") if row["systolic_before"]]
    rise = {}
    for sign in ("systolic", "diastolic", "heart_rate"):
        changes = [int(row[f"{sign}_peak"]) - int(row[f"{sign}_before"]) for row in recorded]
        rise[sign] = sum(changes) / len(changes)
    assert 3 <= rise["systolic"] <= 10
    assert 3 <= rise["diastolic"] <= 10
    assert 0 <= rise["heart_rate"] <= 5
    assert all(int(row["systolic_before"]) > int(row["diastolic_before"]) for row in recorded)
    assert all(int(row["systolic_peak"]) > int(row["diastolic_peak"]) for row in recorded)


def test_times_are_whole_minutes_and_nothing_comes_after_the_data_through_date():
    last_quarter = quarters()[-1]
    longest = {}
    for quarter in quarters():
        longest[quarter] = (data_through() - first_day(quarter)).days + 1
    quarter_of = {row["course_id"]: row["quarter"] for row in rows("courses")}
    recent = []
    for row in [*rows("scores"), *rows("infusions")]:
        hours = float(row["hours_from_start"])
        assert abs(hours * 60 - round(hours * 60)) < 1e-6
        if quarter_of.get(row["course_id"]) == last_quarter:
            recent.append(hours / 24)
    assert max(recent) <= longest[last_quarter]


def test_some_courses_of_the_last_quarter_are_still_followed_up():
    def share_seen_after_day_65(quarter):
        courses = [course for course in scale_courses("depression") if course.course["quarter"] == quarter]
        return sum(any(day > 65 for day, _ in course.assessments) for course in courses) / len(courses)

    assert share_seen_after_day_65("2026-Q3") < share_seen_after_day_65("2026-Q1")


# --- defects --------------------------------------------------------------------------------------------


def found_defects():
    """Count the defects in the files, knowing only what a sound file looks like."""
    courses, infusions, scores = (rows(name) for name in FILES)
    known = {row["course_id"] for row in courses}
    key_columns = ("course_id", "scale", "hours_from_start", "rater", "timing")
    by_key = defaultdict(list)
    for row in scores:
        by_key[tuple(row[column] for column in key_columns)].append(row["total"])
    tracked = [row for row in scores if row["scale"] in HIGHEST]
    near_miss = {"phq9": "PHQ-9", "gad7": "GAD-7", "painnrs": "PAIN-NRS"}
    odd_scales = [row["scale"] for row in scores if row["scale"] not in (*HIGHEST, LEVEL_SCALE)]
    is_near_miss = Counter(re.sub(r"[^a-z0-9]", "", scale.lower()) in near_miss for scale in odd_scales)
    number = re.compile(r"-?\d+(\.\d+)?")
    numeric = [row for row in tracked if number.fullmatch(row["total"])]
    first_hours = {}
    for row in infusions:
        first_hours.setdefault(row["course_id"], float(row["hours_from_start"]))
    return {
        "blank_total": sum(row["total"] == "" for row in scores),
        "out_of_range": sum(not 0 <= float(row["total"]) <= HIGHEST[row["scale"]] for row in numeric),
        "not_a_number": sum(bool(row["total"]) and not number.fullmatch(row["total"]) for row in tracked),
        "off_step": sum(float(row["total"]) % 1 != 0 for row in numeric),
        "near_miss_scale": is_near_miss[True],
        "not_tracked_scale": is_near_miss[False],
        "exact_duplicate_line": sum(len(totals) - len(set(totals)) for totals in by_key.values()),
        "conflicting_duplicate_line": sum(len(set(totals)) - 1 for totals in by_key.values()),
        "unknown_course": sum(bool(row["course_id"]) and row["course_id"] not in known for row in scores),
        "blank_course_id": sum(not row["course_id"] for row in scores),
        "unknown_condition": sum(not set(row["conditions"].split(";")) <= set(SCALES) for row in courses),
        "bad_quarter": sum(row["quarter"] not in quarters() for row in courses),
        "clock_not_at_first_infusion": sum(hours != 0 for hours in first_hours.values()),
        "dose_not_a_number": sum(not row["dose_mg"].isdigit() for row in infusions),
    }


def test_the_tally_of_defects_is_what_the_files_hold(regenerated):
    _, tally = regenerated
    assert found_defects() == tally


def test_defects_are_few_but_not_absent(regenerated):
    _, tally = regenerated
    in_scores = set(tally) - {
        "unknown_condition",
        "bad_quarter",
        "clock_not_at_first_infusion",
        "dose_not_a_number",
    }
    assert 0.01 <= sum(tally[name] for name in in_scores) / len(rows("scores")) <= 0.03
    assert min(tally.values()) >= 1


# --- calibration ----------------------------------------------------------------------------------------


def test_every_calibration_table_names_its_source():
    def without_source(table, name):
        inner = {key: value for key, value in table.items() if isinstance(value, dict)}
        if "source" in table:
            return []
        if inner and "range" in table:  # a condition: its parts name theirs
            return [missing for key, value in inner.items() for missing in without_source(value, f"{name}.{key}")]
        return [name]

    assert [missing for name, table in calibration().items() for missing in without_source(table, name)] == []


@pytest.mark.parametrize(
    ("condition", "low", "high"),
    [("depression", 0.45, 0.54), ("anxiety", 0.38, 0.46), ("chronic_pain", 0.40, 0.50)],
)
def test_response_at_the_endpoint_is_in_the_published_range(condition, low, high):
    assert len(observed(condition)) > 100
    assert low <= response_rate(condition) <= high


def test_remission_of_depression_is_in_the_published_range():
    assert 0.22 <= remission_rate("depression", at_most=4) <= 0.29


@pytest.mark.parametrize("condition", SCALES)
def test_few_are_worse_than_at_baseline(condition):
    assert 0.05 <= worse_rate(condition) <= 0.09


@pytest.mark.parametrize("condition", SCALES)
def test_about_three_in_five_have_an_endpoint_score(condition):
    assert 0.55 <= completeness(condition) <= 0.65


def test_baselines_below_the_entry_cut_and_without_baseline():
    for condition in SCALES:
        courses = scale_courses(condition)
        with_baseline = [course for course in courses if course.baseline is not None]
        assert 0.02 <= 1 - len(with_baseline) / len(courses) <= 0.07
        assert 0.05 <= sum(not course.is_eligible for course in with_baseline) / len(with_baseline) <= 0.11


def test_leaving_during_induction_is_as_common_as_published():
    given = [len([hours for hours in course.infusion_days if hours <= 28]) for course in scale_courses("depression")]
    planned = [int(course.course["planned_infusions"]) for course in scale_courses("depression")]
    assert 0.14 <= sum(number == 1 for number in given) / len(given) <= 0.22
    completed = sum(number >= plan for number, plan in zip(given, planned, strict=True)) / len(given)
    assert 0.45 <= completed <= 0.62


def test_onset_in_depression_takes_days_and_two_to_four_infusions():
    found = first_responses("depression")
    assert 4 <= median(day for day, _ in found) <= 9
    assert 2 <= median(infusions for _, infusions in found) <= 4


def test_pain_changes_within_hours_and_depression_before_anxiety():
    onset = {condition: median(day for day, _ in first_responses(condition)) for condition in SCALES}
    assert onset["chronic_pain"] < 2 < onset["depression"] < onset["anxiety"]


def test_response_is_kept_as_published_and_lost_sooner_in_pain():
    assert 0.74 <= still_responding("depression", 28) <= 0.86
    assert 0.54 <= still_responding("depression", 56) <= 0.68
    assert still_responding("chronic_pain", 28) < still_responding("depression", 28)


def test_one_site_follows_up_notably_less():
    seen = defaultdict(list)
    for condition in SCALES:
        for course in mature_and_eligible(condition):
            seen[course.course["site"]].append(course.endpoint is not None)
    shares = {site: sum(found) / len(found) for site, found in seen.items()}
    lowest, next_lowest = sorted(shares.values())[:2]
    assert min(shares, key=shares.get) == "Site 09"
    assert lowest < next_lowest - 0.08


# --- items and ideation ---------------------------------------------------------------------------------


def ideation_pairs(scale, column):
    """Baseline and endpoint of each course that records both, whatever its total at baseline."""
    days, before, after = defaultdict(list), {}, defaultdict(list)
    for row in rows("infusions"):
        days[row["course_id"]].append(float(row["hours_from_start"]) / 24)
    for row in rows("scores"):
        if row["scale"] != scale or not row[column]:
            continue
        course, day = row["course_id"], float(row["hours_from_start"]) / 24
        if day < 0 or (day == 0 and row["timing"] != "after"):
            before[course] = max(before.get(course, (-31, 0)), (day, int(row[column])))
            continue
        since = day - [start for start in days[course] if start <= 28][:8][-1]
        if 14 <= since <= 31:
            after[course].append((abs(since - 21), day, int(row[column])))
    return [(before[course][1], min(found)[2]) for course, found in after.items() if course in before]


def test_items_sum_to_the_total_where_a_site_records_them():
    sites = {row["course_id"]: row["site"] for row in rows("courses")}
    with_items = [row for row in rows("scores") if any(row[item] for item in ITEMS)]
    for row in with_items:
        assert row["scale"] == "PHQ-9"
        answers = [int(row[item]) for item in ITEMS]
        assert (len(answers), sum(answers)) == (9, int(row["total"]))
        assert all(0 <= answer <= 3 for answer in answers)
    assert {sites[row["course_id"]] for row in with_items} == set(calibration()["ideation"]["sites_with_items"])
    assert len(with_items) > 2_500


def test_levels_of_ideation_stand_beside_a_questionnaire():
    sites = {row["course_id"]: row["site"] for row in rows("courses")}
    levels = [row for row in rows("scores") if row["scale"] == LEVEL_SCALE]
    filled_in = {(row["course_id"], row["hours_from_start"]) for row in rows("scores") if row["scale"] == "PHQ-9"}
    assert {sites[row["course_id"]] for row in levels} == set(calibration()["ideation"]["sites_with_level"])
    assert {row["total"] for row in levels} == set("012345")
    assert {row["rater"] for row in levels} == {"clinician"}
    assert all((row["course_id"], row["hours_from_start"]) in filled_in for row in levels)


@pytest.mark.parametrize(("scale", "column"), [("PHQ-9", "item_9"), (LEVEL_SCALE, "total")])
def test_ideation_falls_and_rises_near_what_is_published(scale, column):
    pairs = ideation_pairs(scale, column)
    with_any = [pair for pair in pairs if pair[0] >= 1]
    assert len(pairs) > 75
    assert 0.5 <= len(with_any) / len(pairs) <= 0.7
    assert 0.68 <= sum(after < before for before, after in with_any) / len(with_any) <= 0.78
    assert 0.02 <= sum(after > before for before, after in pairs) / len(pairs) <= 0.08


# --- draws and calendar ---------------------------------------------------------------------------------


def test_a_distribution_is_read_on_straight_lines_between_its_points():
    points = [[0, 10], [0.5, 20], [1, 40]]
    assert [at_rank(points, rank) for rank in (0, 0.25, 0.5, 0.75, 1)] == [10, 15, 20, 30, 40]


def test_halves_round_up():
    assert [round_half_up(value) for value in (-0.5, 0.5, 1.5, 2.4)] == [0, 1, 2, 2]


def test_draws_follow_their_distribution():
    draws = Draws(7)
    values = [draws.normal(10, 2) for _ in range(4000)]
    assert abs(sum(values) / len(values) - 10) < 0.15
    levels = Counter(draws.level([("a", 3), ("b", 1)]) for _ in range(4000))
    assert 0.72 < levels["a"] / 4000 < 0.78
    assert {draws.whole(1, 3) for _ in range(200)} == {1, 2, 3}
    assert sorted(draws.shuffled(range(9))) == list(range(9))


def test_quarters_have_their_days():
    assert (str(first_day("2024-Q1")), days_in("2024-Q1"), days_in("2025-Q4")) == ("2024-01-01", 91, 92)
