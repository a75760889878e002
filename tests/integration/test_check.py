"""`outcomes check`: what is asked of the data, and what became of it since the snapshot before."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from pipelines.build import build
from pipelines.cli import main
from pipelines.filters import Filters
from pipelines.published import open_published
from pipelines.results.quality import quality_checks
from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)


def write(folder: Path, courses: list[str], infused: list[str]) -> Path:
    """Canonical files: courses as `id,patient,site,quarter`, and those that have an infusion at 0."""
    folder.mkdir()
    lines = ["course_id,patient_id,site,quarter,conditions", *(f"{course},depression" for course in courses)]
    (folder / "courses.csv").write_text("\n".join(lines) + "\n")
    (folder / "infusions.csv").write_text("\n".join(["course_id,days_from_start", *(f"{c},0" for c in infused)]) + "\n")
    return folder


def taken_in_and_built(store: Store, folder: Path) -> str:
    import_files(store, [folder], ImportOptions(), SETTINGS, DEFINITIONS, lambda _: None)
    return build(store, SETTINGS, DEFINITIONS, lambda _: None).id


@pytest.fixture(scope="module")
def grown_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with two snapshots; beside each check what it should have become.

    First one course: without infusion, without site, with patient, with quarter. Then 21 more: all with infusion,
    one with a site only, none with a patient.
    """
    folder = tmp_path_factory.mktemp("grown")
    store = Store(folder / "store")
    taken_in_and_built(store, write(folder / "first", ["A,p1,,2026-Q1"], []))
    more = ["B1,,North,2026-Q1", *(f"B{i},,,2026-Q1" for i in range(2, 22))]
    taken_in_and_built(store, write(folder / "second", more, [f"B{i}" for i in range(1, 22)]))
    return store


def check(capsys: pytest.CaptureFixture[str], store: Store, *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(["check", *arguments, "--store", str(store.folder)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_every_state_stands_beside_its_check(grown_store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = check(capsys, grown_store)
    assert code == 0, "a finding is no refusal"
    lines = {line.split()[0]: line.split() for line in out.splitlines() if line.startswith("  ")}
    for name, expected in {
        "courses_without_patient": "21 22 95 % 2 % NEW failed",
        "courses_without_site": "21 22 95 % 2 % EXISTING failed",
        "courses_without_infusions": "1 22 5 % 5 % RESOLVED passed with violations",
        "courses_without_quarter": "0 22 0 % 2 % STABLE passed",
        "infusions_too_close": "0 0 1 % STABLE nothing to check",
    }.items():
        assert " ".join(lines[name][1:]) == expected
    before, now = grown_store.snapshots()
    assert out.startswith(f"Snapshot {now.id} · clinical data\nCompared with snapshot {before.id}, built ")
    assert "1 failed in the snapshot before and pass now" in out


def test_what_to_do_first_begins_with_what_is_new(grown_store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = check(capsys, grown_store)
    todo = out.split("What to do first:\n")[1]
    new, existing = todo.index("  NEW courses_without_patient"), todo.index("  EXISTING courses_without_site")
    assert new < existing
    assert (
        "NEW courses_without_patient: Does each course name its patient's pseudonym? "
        "Not so for 21 of 22 courses: 95 %, at most 2 % allowed.\n"
        "    Without it every course counts as a patient of its own, "
        "and intervals are too narrow where patients return.\n"
        "    Export `patient_id`, a pseudonym that stays the same for a patient's later courses.\n"
    ) in todo


def test_the_formats_are_the_result_table(grown_store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    table = quality_checks(open_published(grown_store), Filters())
    answer = json.loads(check(capsys, grown_store, "--format", "json")[1])
    assert answer["compared_with"] == grown_store.snapshots()[0].id
    assert answer["about"]["snapshot"] == grown_store.current_id()
    lines = list(csv.DictReader(io.StringIO(check(capsys, grown_store, "--format", "csv")[1])))
    for rows in (answer["rows"], lines):
        assert [row["check"] for row in rows] == list(DEFINITIONS.quality.checks)
        assert [int(row["n_violated"]) for row in rows] == table["n_violated"].tolist()
        assert {row["check"] for row in rows if row["status"] == "new"} == {
            "courses_without_patient",
            "infusions_without_dose",
            "infusions_without_adverse_events",
        }
    capsys.readouterr()
    assert main(["measure", "quality", "--format", "json", "--store", str(grown_store.folder)]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == answer["rows"]


def test_the_sites_add_up_to_the_whole(grown_store: Store) -> None:
    published = open_published(grown_store)
    whole = quality_checks(published, Filters()).set_index("check")
    by_site = quality_checks(published, Filters(), ["site"])
    assert set(by_site["site"]) == {"North", "not recorded"}
    for check_name, rows in by_site.groupby("check"):
        for count in ("n_violated", "n_checked"):
            assert rows[count].sum() == whole.loc[check_name, count]
    north = quality_checks(published, Filters(site=("North",))).set_index("check")
    assert north.loc["courses_without_patient", ["n_violated", "n_checked"]].tolist() == [1, 1]


def test_the_first_snapshot_has_nothing_to_compare_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(tmp_path / "store")
    taken_in_and_built(store, write(tmp_path / "files", ["A,p1,North,2026-Q1"], []))
    code, out, _ = check(capsys, store)
    assert code == 0
    assert "\nThis is the first snapshot: what fails is new.\n" in out
    assert json.loads(check(capsys, store, "--format", "json")[1])["compared_with"] is None


def test_a_damaged_snapshot_before_is_said_and_counts_as_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(tmp_path / "store")
    first = taken_in_and_built(store, write(tmp_path / "first", ["A,p1,,2026-Q1"], []))
    taken_in_and_built(store, write(tmp_path / "second", ["B,p2,,2026-Q1"], []))
    (store.snapshots_folder / first / "published.duckdb").write_bytes(b"not a database")
    code, out, _ = check(capsys, store)
    assert code == 0
    assert "The snapshot before cannot be read, so what fails counts as new: run `outcomes check --deep`." in out
    assert "EXISTING" not in out


def test_without_a_snapshot_the_cure_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = check(capsys, Store(tmp_path / "none"))
    assert (code, out) == (3, "")
    assert "has no snapshot yet. Run `outcomes import` and `outcomes build`, or `outcomes demo`" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--by", "quarter"], "Data quality is counted by site alone, not by quarter. Leave it out."),
        (
            ["--where", "condition=anxiety", "quarter=2026-Q1"],
            "Data quality is counted by site alone, not by condition or quarter. Leave it out.",
        ),
        (["--where", "site=Norht"], "There is no site 'Norht'. Did you mean 'North'?"),
    ],
)
def test_quality_is_counted_by_site_alone(
    grown_store: Store, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    capsys.readouterr()
    assert main(["measure", "quality", *arguments, "--store", str(grown_store.folder)]) == 2
    assert message in capsys.readouterr().err
