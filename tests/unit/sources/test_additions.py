"""A mapping that only adds to a format which explains itself: false alarms, and constants of every course."""

from datetime import date

import pytest

from pipelines.definitions import load_definitions
from pipelines.errors import MappingInvalid
from pipelines.manifests import UsedAllowance
from pipelines.sources.mapping.additions import Additions, CourseAdditions, read_additions
from pipelines.sources.mapping.allowances import allowances_text

DEFINITIONS = load_definitions()

GOOD = """\
[[allow]]
column = "attr_ward"
kind = "phone"
reason = "wards are numbered like extensions"
reviewed = 2026-11-25
"""


def mistakes(folder, text: str, model: type[Additions] = Additions) -> list[str]:
    path = folder / "additions.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingInvalid) as refusal:
        read_additions(path, model, DEFINITIONS)
    return list(refusal.value.mistakes)


def test_a_false_alarm_names_column_kind_reason_and_day(tmp_path):
    (tmp_path / "additions.toml").write_text(GOOD, encoding="utf-8")
    (allowance,) = read_additions(tmp_path / "additions.toml", Additions, DEFINITIONS).allow
    assert (allowance.column, allowance.kind) == ("attr_ward", "phone")
    assert (allowance.reason, allowance.reviewed) == ("wards are numbered like extensions", date(2026, 11, 25))


@pytest.mark.parametrize("reason", ['wards "are" numbered', "a\\b\tc\nd", "Zürich", "\U0001f3e5 wards", "\x01\x7f"])
def test_a_false_alarm_is_written_as_it_is_read(tmp_path, reason):
    stated = UsedAllowance(column="attr_ward", kind="phone", reason=reason, reviewed=date(2026, 11, 25), n_cells=1)
    (tmp_path / "additions.toml").write_text(allowances_text([stated]), encoding="utf-8")
    (allowance,) = read_additions(tmp_path / "additions.toml", Additions, DEFINITIONS).allow
    assert (allowance.column, allowance.kind, allowance.reviewed) == ("attr_ward", "phone", date(2026, 11, 25))
    assert allowance.reason == reason


def test_without_a_file_nothing_is_added():
    assert read_additions(None, CourseAdditions, DEFINITIONS) == CourseAdditions()


def test_constants_of_every_course_stand_beside_false_alarms(tmp_path):
    (tmp_path / "additions.toml").write_text(
        '[course]\nconditions = { constant = "depression" }\nattr_ward = { constant = "3" }\n' + GOOD, encoding="utf-8"
    )
    read = read_additions(tmp_path / "additions.toml", CourseAdditions, DEFINITIONS)
    assert {name: cells.constant for name, cells in read.course.fields.items()} == {
        "conditions": "depression",
        "attr_ward": "3",
    }
    assert len(read.allow) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD.replace("attr_ward", "ward"), ["line 2: 'ward' is no canonical column that holds text. Known: "]),
        (
            GOOD.replace("attr_ward", "total"),
            ["line 2: 'total' is no canonical column that holds text. "],
        ),
        (GOOD.replace("attr_ward", "sites"), ["line 2: 'sites' is no canonical column that holds text. Did you mean"]),
        (
            GOOD.replace('"phone"', '"phones"'),
            ["line 3: there is no kind of identifier 'phones'. Did you mean 'phone'?"],
        ),
        (GOOD.replace('"phone"', '"email"'), ["line 3: email: e-mail addresses are never a false alarm"]),
        (
            GOOD.replace('"phone"', '"ssn"'),
            ["line 3: ssn: social security numbers can be allowed in course_id and patient_id only"],
        ),
        (GOOD.replace('reason = "wards are numbered like extensions"\n', ""), ["line 1: 'reason' is missing"]),
        (GOOD.replace("wards are numbered like extensions", " "), ["line 4: reason: String should have at least 1 "]),
        (GOOD.replace("2026-11-25", '"lately"'), ["line 5: reviewed: input should be a valid date"]),
        (GOOD + GOOD, ["line 6: phone in attr_ward is allowed twice; keep one"]),
        (GOOD.replace("kind", "kinds"), ["line 1: 'kind' is missing", "line 3: there is no key 'kinds' here. Did you"]),
        ('courses = "one per line"\n' + GOOD, ["line 1: there is no key 'courses' here. Known: title, allow."]),
        (
            GOOD.replace('"phone"', '"email"') + GOOD.replace("attr_ward", "ward"),
            ["line 3: email: e-mail addresses are", "line 7: 'ward' is no canonical column"],
        ),
        (
            '[course]\nconditions = { constant = "depression" }\n' + GOOD,
            ["line 1: there is no key 'course' here. Known: title, allow."],
        ),
    ],
)
def test_every_mistake_is_told_with_its_line(tmp_path, text, expected):
    found = mistakes(tmp_path, text)
    assert len(found) == len(expected), found
    assert all(mistake.startswith(start) for mistake, start in zip(found, expected, strict=True)), found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[course]\nconditions = "Diagnosis"\n', "line 1: 'Diagnosis' is a column; [course] holds constants only"),
        ('[course]\nroute = { constant = "ivv" }\n', "line 2: route: there is no code 'ivv'. Did you mean 'iv'?"),
        ('[course]\nwards = { constant = "3" }\n', "line 2: 'wards' is no column of courses. Known: "),
    ],
)
def test_what_holds_for_every_course_is_constant(tmp_path, text, expected):
    (found,) = mistakes(tmp_path, text, CourseAdditions)
    assert found.startswith(expected)


def test_a_missing_file_is_a_mistake(tmp_path):
    with pytest.raises(MappingInvalid) as refusal:
        read_additions(tmp_path / "none.toml", Additions, DEFINITIONS)
    assert refusal.value.mistakes == ("there is no such file",)
