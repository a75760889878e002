"""The example of docs/fhir.md gives what the page says."""

import re
from pathlib import Path

from fhir_exports import import_fhir

PAGE = (Path(__file__).parents[2] / "docs" / "fhir.md").read_text(encoding="utf-8")


def tables(text):
    """The rows of each table, headers left out."""
    found = re.findall(r"((?:^\|.*\|\n)+)", text, re.MULTILINE)
    return [[[cell.strip() for cell in line.strip("|\n").split("|")] for line in one.splitlines()[2:]] for one in found]


def text_of(value):
    return "" if value is None else f"{value:g}" if isinstance(value, float | int) else str(value).removesuffix(".000")


def test_the_example_gives_what_the_page_says(tmp_path):
    example = PAGE.partition("## An example")[2]
    folder = tmp_path / "export"
    folder.mkdir()
    for name, content in re.findall(r"`(\w+\.ndjson)`\n\n```json\n(.*?)```", example, re.DOTALL):
        (folder / name).write_text(content, encoding="utf-8")
    courses, infusions, scores = tables(example.partition("Gives")[2])
    imported = import_fhir(tmp_path, folder)
    found = imported.rows("courses", "course_number, array_to_string(conditions, ';'), site, period, age_band, sex")
    assert [[text_of(cell) for cell in row] for row in found] == courses
    found = imported.rows("infusions", "minute, route, dose_mg, dose_mg_per_kg, duration_minutes")
    assert [[text_of(cell) for cell in row] for row in found] == infusions
    found = imported.rows("scores", "scale, minute, score")
    assert [[text_of(cell) for cell in row] for row in found] == scores
    assert [row[:4] for row in imported.quarantined()] == [
        ("Observation.ndjson", 3, "partial_date", "minutes_from_start")
    ]


def test_the_pages_own_codes_are_sound(tmp_path):
    text = next(one for one in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "[code_systems.ours]" in one)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "clinical_codes.toml").write_text(text, encoding="utf-8")
    from pipelines.definitions import load_definitions

    own = load_definitions(tmp_path / "own").clinical_codes
    assert own.questionnaires["our_gad_7"].total == "sum"
