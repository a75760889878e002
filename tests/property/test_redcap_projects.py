"""Whatever a REDCap project looks like, every filled-in cell is found again exactly once, on its line, at its time.

Each example is a random project: forms that stand once, repeat, or repeat in some events only; events that repeat;
forms that were never opened, opened and left empty, or filled in partly; rows in any order and in one or two files. It
is written as REDCap exports it, and read through a mapping that names each form's field and date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from csv_files import write_csv
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redcap_projects import DEFINITIONS, SETTINGS, landed_project, landed_scores

pytestmark = pytest.mark.usefixtures("models_read_once")

FIRST = date(2025, 1, 1)
FORMS = ("one", "two", "three")
RECORD_IDS = ("7", "B-12", "Ж9")
EVENTS = ("start_arm_1", "visit_arm_1", "start_arm_2")
SYSTEM = ("record_id", "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance")

Filled = tuple[int | None, int | None]
"""The day and the total that a form holds; None where the cell is blank."""


@dataclass(frozen=True)
class Row:
    """One row of an export.

    Attributes:
        repeats: the repeating form that it is an instance of, or None.
        forms: what each form on it holds.
    """

    record: str
    event: str
    repeats: str | None
    instance: str
    forms: dict[str, Filled]


filled: st.SearchStrategy[Filled] = st.tuples(st.none() | st.integers(0, 500), st.none() | st.integers(0, 27))


@st.composite
def projects(draw: st.DrawFn) -> list[Row]:
    """The rows of a project; how each form stands in each event is the same for all records."""
    events = draw(st.sampled_from([("",), EVENTS[:1], EVENTS]))
    structure = {}
    for event in events:
        is_repeating_event = draw(st.booleans())
        structure[event] = is_repeating_event or {form: draw(st.booleans()) for form in FORMS}
    rows = []
    for record in RECORD_IDS:
        for event, repeats in structure.items():
            if repeats is True:
                for instance in range(1, draw(st.integers(0, 3)) + 1):
                    held = {form: draw(filled) for form in FORMS}
                    rows.append(Row(record, event, None, str(instance), held))
                continue
            once = [form for form in FORMS if not repeats[form]]
            if once:
                rows.append(Row(record, event, None, "", {form: draw(filled) for form in once}))
            rows += [
                Row(record, event, form, str(instance), {form: draw(filled)})
                for form in FORMS
                if repeats[form]
                for instance in range(1, draw(st.integers(0, 3)) + 1)
            ]
    return draw(st.permutations(rows))


def write_project(folder: Path, rows: Sequence[Row], n_files: int) -> list[Path]:
    """A dictionary, and the rows in one file or more."""
    dictionary = [["field_name", "form_name", "field_type", "text_validation_type_or_show_slider_number"]]
    dictionary.append(["record_id", "one", "text", ""])
    for form in FORMS:
        dictionary += [[f"{form}_day", form, "text", "date_dmy"], [f"{form}_sum", form, "text", "integer"]]
        dictionary.append([f"{form}_box", form, "checkbox", ""])
    dictionary[0].append("select_choices_or_calculations")
    dictionary = [dictionary[0], *([*line, "1, Yes" if line[2] == "checkbox" else ""] for line in dictionary[1:])]
    write_csv(folder / "dictionary.csv", dictionary)
    header = [*SYSTEM, *(f"{form}_{end}" for form in FORMS for end in ("day", "sum", "box___1", "complete"))]
    paths = []
    for number in range(n_files):
        own = rows[number::n_files]
        paths.append(write_csv(folder / f"records_{number}.csv", [header, *map(written, own)]))
    return [folder / "dictionary.csv", *paths]


def written(row: Row) -> list[str]:
    """A row as REDCap writes it: an unchecked box is 0 wherever the form may stand, filled in or not."""
    cells = [row.record, row.event, row.repeats or "", row.instance]
    for form in FORMS:
        if form not in row.forms:
            cells += ["", "", "", ""]
            continue
        day, total = row.forms[form]
        cells += [
            "" if day is None else str(FIRST + timedelta(days=day)),
            "" if total is None else str(total),
            "0",
            "0",
        ]
    return cells


MAPPING = 'courses = "from the first score"\n[course]\nconditions = { constant = "depression" }\n' + "".join(
    f'[[table]]\nform = "{form}"\n[[table.score]]\nscale = {{ constant = "PHQ-9" }}\ntotal = "{form}_sum"\n'
    f'when = {{ date = "{form}_day" }}\n'
    for form in FORMS
)


@given(projects(), st.integers(1, 2))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_filled_cell_is_one_score(rows, n_files):
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = write_project(folder, rows, n_files)
        with landed_project(folder, files, MAPPING, SETTINGS, DEFINITIONS) as (_, connection):
            found = landed_scores(
                connection,
                "origins.file_name, origins.source_line, columns.source_column, landed.total, landed.time",
            )
            lines = connection.execute("select file_name, n_lines, n_filtered, n_without_row from landing.source_lines")
            counted = lines.fetchall()
    starts = {
        record: min((day for row in rows if row.record == record for day, total in row.forms.values()
                     if day is not None and total is not None), default=None)
        for record in RECORD_IDS
    }  # fmt: skip
    expected, giving = [], set()
    for number in range(n_files):
        for line, row in enumerate(rows[number::n_files], start=2):
            for form, (day, total) in row.forms.items():
                if total is not None:
                    start = starts[row.record]
                    minutes = None if day is None or start is None else str((day - start) * 1440)
                    file = f"records_{number}.csv"
                    expected.append((file, line, f"{form}_sum", str(total), minutes))
                    giving.add((file, line))
    assert sorted(found, key=str) == sorted(expected, key=str)
    for number in range(n_files):
        file, own = f"records_{number}.csv", rows[number::n_files]
        n_giving = sum(name == file for name, _ in giving)
        assert (file, len(own), 0, len(own) - n_giving) in counted
