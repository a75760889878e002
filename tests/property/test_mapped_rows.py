"""Whatever dates a table holds, every line of it is accounted for, and every time is the one counted by hand.

Each example is a clinic of a few patients, infusions and scores, written as two CSV files and read through a mapping;
beside it the same is worked out in plain Python, date by date, without the product's own code.
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from csv_files import write_csv
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.reference_tables import load_column_tables, load_reference_tables
from pipelines.settings import read_settings
from pipelines.sources.table.source import find_table

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)
GAP, LOOK_BACK = 60, 30
FIRST = date(2025, 1, 1)
MAPPING = """\
courses = "from infusions"
dates = "DD.MM.YYYY"

[course]
conditions = { constant = "depression" }

[[table]]
file = "infusions.csv"
patient_id = "who"

[[table.infusion]]
when = { date = "day", time = "clock" }

[[table]]
file = "scores.csv"
patient_id = "who"

[[table.score]]
scale = { constant = "PHQ-9" }
total = "total"
when = { date = "day", time = "clock" }
"""

patients = st.sampled_from(["A", "B", "C"])
days = st.integers(0, 400)
clocks = st.none() | st.times(min_value=time(0, 1)).map(lambda found: found.replace(second=0, microsecond=0, fold=0))
moments = st.tuples(patients, days, clocks)
infusions = st.lists(moments, max_size=12)
scores = st.lists(st.tuples(moments, st.sampled_from(["7", "12", "28", "x", ""])), max_size=14)

Told = tuple[str, int, time | None]


def line(told: Told) -> list[str]:
    patient, day, clock = told
    return [patient, f"{FIRST + timedelta(days=day):%d.%m.%Y}", "" if clock is None else f"{clock:%H:%M}"]


def minutes_between(start: Told, moment: Told) -> tuple[int, bool]:
    """Minutes, and whether only days are known."""
    if start[2] is None or moment[2] is None:
        return (moment[1] - start[1]) * 1440, True
    first, then = (datetime.combine(FIRST + timedelta(days=told[1]), told[2]) for told in (start, moment))
    return round((then - first).total_seconds() / 60), False


def starts_of(patient: str, given: list[Told]) -> list[Told]:
    """The first infusion of each course: none of the patient's infusions lies in the 60 days before its day."""
    own = [told for told in given if told[0] == patient]
    firsts = [told for told in own if not any(told[1] - GAP < other[1] < told[1] for other in own)]
    by_day = {told[1]: min((t for t in firsts if t[1] == told[1]), key=lambda t: t[2] or time()) for told in firsts}
    return [by_day[day] for day in sorted(by_day)]


def course_of(score: Told, starts: list[Told]) -> int | None:
    ahead = [place for place, start in enumerate(starts) if 0 <= start[1] - score[1] <= LOOK_BACK]
    behind = [place for place, start in enumerate(starts) if start[1] < score[1]]
    return ahead[0] if ahead else behind[-1] if behind else None


@given(infusions, scores)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_is_a_row_at_the_right_time(given_infusions, given_scores):
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_csv(folder / "infusions.csv", [["who", "day", "clock"], *map(line, given_infusions)])
        header = ["who", "day", "clock", "total"]
        write_csv(folder / "scores.csv", [header, *([*line(told), total] for told, total in given_scores)])
        (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
        source = find_table(
            [folder / "infusions.csv", folder / "scores.csv"], folder / "mapping.toml", SETTINGS, DEFINITIONS
        )
        with duckdb.connect() as connection:
            load_reference_tables(connection, DEFINITIONS, SETTINGS)
            load_column_tables(connection, DEFINITIONS)
            source.land(connection, DEFINITIONS, None)
            landed = {
                table: connection.execute(
                    f"select origins.source_line, landed.course_id, landed.time, faults.rule, {further} "
                    f"from landing.{table} as landed "
                    f"join landing.origins as origins on origins.table_name = '{table}' and origins.line = landed.line "
                    f"left join landing.faults as faults on faults.table_name = '{table}' and faults.line = "
                    "landed.line order by origins.source_line"
                ).fetchall()
                for table, further in (("infusions", "null"), ("scores", "landed.day_resolution"))
            }
            courses = connection.execute("select course_id, quarter from landing.courses order by all").fetchall()
            lines = connection.execute("select * from landing.source_lines order by all").fetchall()

    starts = {patient: starts_of(patient, given_infusions) for patient in "ABC"}
    assert courses == [
        (f"{patient}-{number}", quarter(start))
        for patient in "ABC"
        for number, start in enumerate(starts[patient], start=1)
    ]

    expected = []
    for number, told in enumerate(given_infusions, start=2):
        place = max(place for place, start in enumerate(starts[told[0]]) if start[1] <= told[1])
        minutes, _ = minutes_between(starts[told[0]][place], told)
        expected.append((number, f"{told[0]}-{place + 1}", str(minutes), None, None))
    assert landed["infusions"] == expected

    expected = []
    for number, (told, total) in enumerate(given_scores, start=2):
        place = course_of(told, starts[told[0]])
        if total == "":
            continue
        if place is None:
            own = [f"{told[0]}-1"] if len(starts[told[0]]) == 1 else [None]
            expected.append((number, own[0], None, "not_tracked", "no"))
            continue
        minutes, is_by_day = minutes_between(starts[told[0]][place], told)
        together = [
            other
            for other, other_total in given_scores
            if other_total and other[0] == told[0] and other[1] == starts[told[0]][place][1]
        ]
        is_unclear = is_by_day and told[1] == starts[told[0]][place][1] and len(together) > 1
        rule = "before_or_after_unknown" if is_unclear else None
        expected.append((number, f"{told[0]}-{place + 1}", str(minutes), rule, "yes" if is_by_day else "no"))
    assert landed["scores"] == expected

    blank = sum(total == "" for _, total in given_scores)
    assert lines == [
        ("infusions.csv", len(given_infusions), 0, 0, len(given_infusions) + len(courses)),
        ("scores.csv", len(given_scores), 0, blank, len(given_scores) - blank),
    ]


def quarter(told: Told) -> str:
    day = FIRST + timedelta(days=told[1])
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
