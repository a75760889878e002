"""`outcomes report`: what it writes, refuses, remembers and verifies."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from machine import as_another_user, open_to_all, room_for
from PIL import Image

from pipelines import cli
from pipelines.durable import file_hash
from pipelines.reports import releasing, verify, writing
from pipelines.reports.making import FORMATS, made_pack
from pipelines.store import Store

Command = Callable[..., tuple[int, str, str]]
CSV = ("--formats", "csv")
pytestmark = pytest.mark.usefixtures("packs_made_once")


@pytest.fixture
def store(store_folder: Path, tmp_path: Path) -> Store:
    """A store of the sample data from which nothing was released."""
    shutil.copytree(store_folder, tmp_path / "store")
    return Store(tmp_path / "store")


@pytest.fixture
def outcomes(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main([*map(str, arguments), "--store", str(store.folder)])
        printed = capsys.readouterr()
        # Progress is told on lines of its own; what is left is an error.
        told = [line for line in printed.err.splitlines(keepends=True) if not line.startswith(("report: ", "verify: "))]
        return code, printed.out, "".join(told)

    return run


def hashes(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): file_hash(path) for path in folder.rglob("*") if path.is_file()}


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- what is written ------------------------------------------------------------------------------------


def test_a_pack_stands_under_its_period_and_says_what_it_is(outcomes: Command, store: Store, tmp_path: Path) -> None:
    code, out, err = outcomes("report", "2026-Q3", *CSV)
    folder = tmp_path / "reports" / "2026-Q3"
    n_files = len(hashes(folder))
    assert (code, err) == (0, "")
    assert out == (
        f"reports/2026-Q3 holds the report for 2026-Q3: {n_files} files.\n"
        f"  Snapshot {store.current_id()}: synthetic demonstration data. Small numbers: cms: counts from 1 to 10 are "
        "hidden.\n"
        "  Activity and safety: courses started in 2026-Q3 (provisional).\n"
        "  Outcomes: courses started in 2026-Q2 (final); where these are too few to be told, together with earlier "
        "ones.\n"
        "  Outcomes over a year: courses started in 2025-Q3 to 2026-Q2 (final); where these are too few to be told, "
        "together with earlier ones.\n"
        "Read it before you send it. Verify it with `outcomes report --verify reports/2026-Q3`.\n"
    )
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["files"] == {name: digest for name, digest in hashes(folder).items() if name != "manifest.json"}
    assert manifest["command"] == "outcomes report 2026-Q3 --policy cms --formats csv --paper a4"
    assert (manifest["snapshot"], manifest["data_through"]) == (store.current_id(), "2026-11-15")
    assert left_in(tmp_path / "reports") == ["2026-Q3"]


def test_the_dictionary_names_every_table_there(outcomes: Command, tmp_path: Path) -> None:
    assert outcomes("report", "2026-Q3", *CSV, "--out", "pack")[0] == 0
    package = json.loads((tmp_path / "pack" / "datapackage.json").read_text())
    tables = {path.relative_to(tmp_path / "pack").as_posix() for path in (tmp_path / "pack/tables").glob("*.csv")}
    assert {resource["path"] for resource in package["resources"]} == tables
    for resource in package["resources"]:
        header = (tmp_path / "pack" / resource["path"]).read_text().split("\n", 1)[0]
        assert header.split(",") == [field["name"] for field in resource["schema"]["fields"]]
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_the_same_command_gives_the_same_bytes_and_changes_nothing(
    outcomes: Command, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert outcomes("report", "2026-Q3", *CSV)[0] == 0
    first = hashes(tmp_path / "reports" / "2026-Q3")
    monkeypatch.setattr(releasing, "made_pack", made_pack)  # Made again, not remembered.
    code, out, _ = outcomes("report", "2026-Q3", *CSV)
    assert code == 0
    assert out.startswith("reports/2026-Q3 holds this report already, byte for byte.\n")
    assert outcomes("report", "2026-Q3", *CSV, "--out", "again")[0] == 0
    assert hashes(tmp_path / "again") == first
    assert len(store.releases()) == 1


def test_what_leaves_the_program_is_written_down_once_for_each_question(outcomes: Command, store: Store) -> None:
    for period, policy in (("2026-Q2", "cms"), ("2026-Q3", "cms"), ("2026-Q3", "internal"), ("2026-Q2", "cms")):
        assert outcomes("report", period, *CSV, "--policy", policy, "--out", f"{period}-{policy}")[0] == 0
    first, second = store.releases()
    assert [(r.period, r.policy, r.site, r.sequence) for r in (first, second)] == [
        ("2026-Q2", "cms", None, 1),
        ("2026-Q3", "cms", None, 2),
    ]
    assert (first.before, second.before) == (None, first.id)
    assert len(second.ledger["rows"]) > len(first.ledger["rows"]) > 0
    files = list(store.releases_folder.iterdir())
    assert {path.stat().st_mode & 0o077 for path in [store.releases_folder, *files]} == {0}


INTERNAL = "For staff who may see the courses themselves give --policy internal, which is no release."


def test_a_pack_that_could_be_subtracted_from_another_is_refused(outcomes: Command, store: Store) -> None:
    assert outcomes("report", "2026-Q3", *CSV)[0] == 0
    [told] = store.releases()
    moved = "If what was released never left the program, move its record out of the store first"
    moved = f"{moved} (releases/{told.id}.json)."
    subtracted = "and whoever holds one beside this report for 2026-Q3 could tell small numbers by subtraction."
    for options, because, cure in (
        (
            ("--policy", "nhs"),
            "reports under the cms policy",
            "Keep to one policy for what leaves the program: --policy cms.",
        ),
        (
            ("--site", "Site 01"),
            "reports of the whole program",
            "The program's report tells of sites side by side.",
        ),
    ):
        code, _, err = outcomes("report", "2026-Q3", *CSV, *options)
        assert code == 2
        assert err == f"outcomes: This store has released {because}, {subtracted} {cure} {INTERNAL} {moved}\n"
    assert outcomes("report", "2026-Q3", *CSV, "--site", "Site 01", "--policy", "internal")[0] == 0
    assert outcomes("report", "2026-Q3", *CSV, "--out", "again")[0] == 0
    assert store.releases() == [told]


def test_packs_of_single_sites_stand_beside_each_other_and_not_beside_the_programs(
    outcomes: Command, store: Store
) -> None:
    for site in ("Site 01", "Site 02"):
        assert outcomes("report", "2026-Q3", *CSV, "--site", site)[0] == 0
    first, second = store.releases()
    assert (first.site, second.site, first.before, second.before) == ("Site 01", "Site 02", None, None)
    code, _, err = outcomes("report", "2026-Q3", *CSV)
    assert code == 2
    assert "This store has released reports of single sites, and" in err
    assert f"(releases/{first.id}.json and 1 more)" in err
    for release in (first, second):
        (store.releases_folder / f"{release.id}.json").unlink()
    assert outcomes("report", "2026-Q3", *CSV)[0] == 0


def test_a_condition_and_a_site_narrow_the_pack_and_its_name(outcomes: Command, tmp_path: Path) -> None:
    assert outcomes("report", "2026", *CSV, "--condition", "depression", "--site", "Site 01")[0] == 0
    folder = tmp_path / "reports" / "2026-depression-Site-01"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["condition"], manifest["site"]) == ("depression", "Site 01")
    assert manifest["command"].startswith(
        "outcomes report 2026 --policy cms --condition depression --site 'Site 01' --formats csv"
    )
    text = "".join(path.read_text() for path in (folder / "tables").glob("*.csv"))
    assert "chronic_pain" not in text
    assert "Site 02" not in text


def test_contact_and_logo_stand_in_the_manifest_and_need_no_build(
    outcomes: Command, store: Store, tmp_path: Path
) -> None:
    Image.new("RGB", (64, 64), "navy").save(tmp_path / "logo.png")
    (tmp_path / "program.toml").write_text('[report]\nlogo = "logo.png"\ncontact = "quality@clinic.example"\n')
    assert outcomes("report", "2026-Q3", *CSV)[0] == 0
    manifest = json.loads((tmp_path / "reports/2026-Q3/manifest.json").read_text())
    assert (manifest["contact"], manifest["logo"]) == ("quality@clinic.example", file_hash(tmp_path / "logo.png"))
    assert manifest["snapshot"] == store.current_id()


def test_a_logo_that_is_none_is_refused_before_anything_is_made(outcomes: Command, tmp_path: Path) -> None:
    (tmp_path / "program.toml").write_text('[report]\nlogo = "logo.png"\n')
    code, out, err = outcomes("report", "2026-Q3")
    assert (code, out) == (2, "")
    assert "logo.png cannot be read (No such file or directory)" in err
    assert not (tmp_path / "reports").exists()


# --- what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Name the quarter or the year: `outcomes report 2026-Q3`, or `outcomes report 2026`."),
        (["2026Q3"], "'2026Q3' is neither a quarter, such as 2026-Q3, nor a year, such as 2026. Did you mean 2026-Q3?"),
        (
            ["2027-Q1"],
            "2027-Q1 begins after the data end: they go through 2026-11-15. The newest quarter or year with courses is",
        ),
        (
            ["2026-Q4"],
            "No course began in 2026-Q4, so there is nothing to report. The nearest with courses is 2026-Q3.",
        ),
        (["2019"], "No course began in 2019, so there is nothing to report. The nearest with courses is 2022."),
        (["2026-Q3", "--condition", "ocd"], "There is no condition 'ocd'."),
        (["2026-Q3", "--condition", "depresion"], "There is no condition 'depresion'. Did you mean 'depression'?"),
        (["2026-Q3", "--site", "site 01"], "There is no site 'site 01'. Did you mean 'Site 01'?"),
        (["2026-Q3", "--formats", "docx"], "There is no format 'docx'."),
        (["2026-Q3", "--formats", ","], "--formats names none: give one or more of "),
        (["2026-Q3", "--out", "store/reports"], "store/reports would stand inside the store."),
        (["2026-Q3", "--out", "notes.txt"], "notes.txt is a file or a link, not a folder."),
        (["2026-Q3", "--out", "notes"], "notes is there already and holds no report."),
        (["2026-Q3", "--out", "notes.txt/x/y"], "notes.txt/x/y cannot be written (Not a directory)"),
        (
            ["2026-Q3", "--verify", "pack", "--policy", "nhs"],
            "--verify reads what was asked for from the pack itself: leave out PERIOD and --policy.",
        ),
        (["--verify", "notes"], "notes holds no manifest.json of a report, so there is nothing to verify."),
    ],
)
def test_a_wrong_question_gets_one_message_and_leaves_nothing(
    outcomes: Command, store: Store, tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a").write_text("mine")
    (tmp_path / "notes.txt").write_text("mine")
    formats = CSV if "--formats" not in arguments and "--verify" not in arguments and arguments else ()
    code, out, err = outcomes("report", *arguments, *formats)
    assert (code, out) == (2, "")
    assert err.startswith(f"outcomes: {message}")
    assert err.count("\n") == 1
    assert left_in(tmp_path) == ["notes", "notes.txt", "store"]
    assert not store.releases()


def test_another_snapshot_does_not_take_the_place_of_a_pack(outcomes: Command, tmp_path: Path) -> None:
    assert outcomes("report", "2026-Q3", *CSV)[0] == 0
    path = tmp_path / "reports/2026-Q3/manifest.json"
    path.write_text(path.read_text().replace('"snapshot": "', '"snapshot": "0'))
    before = hashes(tmp_path / "reports")
    code, _, err = outcomes("report", "2026-Q3", *CSV)
    assert code == 2
    assert "reports/2026-Q3 holds another report: 2026-Q3, policy cms, csv, snapshot 0" in err
    assert hashes(tmp_path / "reports") == before


@pytest.mark.parametrize(
    ("step", "where"), [("mkdir", "reports"), ("open", "tables/"), ("rename", "2026-Q3"), ("replace", "releases")]
)
def test_a_full_disk_leaves_neither_a_pack_nor_a_release(
    outcomes: Command, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, where: str
) -> None:
    real = getattr(os, step)

    def full(*arguments: Any, **options: Any) -> Any:
        if where in str(arguments[:2]):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, step, full)
        code, out, err = outcomes("report", "2026-Q3", *CSV)
    assert (code, out) == (3 if where == "releases" else 2, "")
    assert "No space left on device" in err
    assert err.count("\n") == 1
    assert left_in(tmp_path) == ["store"]
    assert not store.releases()
    assert not store.leftovers()
    assert outcomes("report", "2026-Q3", *CSV)[0] == 0


def test_a_writer_that_fails_leaves_nothing(
    outcomes: Command, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> dict[str, bytes]:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(releasing, "made_pack", made_pack)
    monkeypatch.setitem(FORMATS, "csv", fail)
    code, out, err = outcomes("report", "2026-Q3", *CSV)
    assert (code, out) == (3, "")
    assert err == (
        "outcomes: A file, or the output of this command, cannot be read or written (No space left on device). Check "
        "who may read and write there and whether the disk is full, then run this again.\n"
    )
    assert left_in(tmp_path) == ["store"]
    assert not store.releases()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of this kind")
def test_where_the_system_takes_no_more_bytes_there_is_neither_a_pack_nor_a_release(
    outcomes: Command, store: Store, tmp_path: Path
) -> None:
    assert outcomes("report", "2026-Q3", *CSV, "--out", "first")[0] == 0
    largest = max(path.stat().st_size for path in (tmp_path / "first").rglob("*"))
    [released] = store.releases_folder.iterdir()
    assert released.stat().st_size > largest + 1, "the limit falls between them"
    released.unlink()
    no_pack = (
        "outcomes: reports/2026-Q3 cannot be written (File too large), and nothing was changed there. Check who may "
        "write there and whether the disk is full, or give another place with --out.\n"
    )
    no_release = (
        f"outcomes: The store {store.folder} cannot be written (File too large), so nothing was released. Check who "
        "may write there and whether the disk is full, then run this again.\n"
    )
    for room, code, said in ((largest - 1, 2, no_pack), (largest + 1, 3, no_release)):
        with room_for(room):
            assert outcomes("report", "2026-Q3", *CSV) == (code, "", said)
        assert left_in(tmp_path) == ["first", "store"]
        assert not store.releases()
        assert not store.leftovers()


@pytest.mark.parametrize("stop", [KeyboardInterrupt, PermissionError])
def test_what_fails_after_the_pack_was_put_in_its_place_takes_back_no_release(
    outcomes: Command, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: type[BaseException]
) -> None:
    def stopped(_: Path) -> None:
        if (tmp_path / "reports/2026-Q3").exists():
            raise stop

    with monkeypatch.context() as patch:
        patch.setattr(writing, "make_durable", stopped)
        code, _, _ = outcomes("report", "2026-Q3", *CSV)
    assert code == (0 if stop is PermissionError else cli.EXIT_INTERRUPTED)
    [release] = store.releases()
    assert json.loads((tmp_path / "reports/2026-Q3/manifest.json").read_text())["release"] == release.id
    assert left_in(tmp_path / "reports") == ["2026-Q3"]


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others on Windows")
def test_a_pack_with_a_file_that_one_may_not_read_is_not_verified(
    outcomes: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_to_all() as shared:
        monkeypatch.chdir(shared)
        assert outcomes("report", "2026-Q3", *CSV, "--out", shared / "pack")[0] == 0
        (shared / "pack").chmod(0o755)
        (shared / "pack/manifest.json").chmod(0o644)
        (shared / "pack/tables").chmod(0o000)
        with as_another_user():
            code, out, err = outcomes("report", "--verify", shared / "pack")
    assert (code, out) == (2, "")
    assert err == (
        f"outcomes: {shared / 'pack'} cannot be read (Permission denied). Check who may read there, or give another "
        "folder.\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others on Windows")
def test_a_store_that_one_may_not_read_makes_no_pack(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with open_to_all() as shared:
        shutil.copytree(store.folder, shared / "store")
        (shared / "store").chmod(0o000)
        with as_another_user():
            code = cli.main(
                ["report", "2026-Q3", *CSV, "--out", str(shared / "pack"), "--store", f"{shared / 'store'}"]
            )
    printed = capsys.readouterr()
    assert (code, printed.out) == (3, "")
    assert printed.err.splitlines()[-1] == (
        f"outcomes: {shared / 'store/CURRENT'} cannot be read or written (Permission denied). Check who may read and "
        "write there and whether the disk is full, then run this again."
    )


def test_a_name_that_nothing_bears_is_said_before_what_stands_beside(outcomes: Command) -> None:
    assert outcomes("report", "2026-Q3", *CSV)[0] == 0
    code, _, err = outcomes("report", "2026-Q3", *CSV, "--policy", "nhs", "--site", "site 01")
    assert code == 2
    assert err.startswith("outcomes: There is no site 'site 01'. Did you mean 'Site 01'? Known: Site 01, ")


def test_packs_that_leave_the_program_go_forward_in_time(outcomes: Command, store: Store, tmp_path: Path) -> None:
    assert outcomes("report", "2026-Q3", *CSV)[0] == 0
    code, out, err = outcomes("report", "2025-Q4", *CSV)
    assert (code, out) == (2, "")
    assert err == (
        "outcomes: Outcomes of courses started in 2026-Q2 were released under the cms policy already, and a report for "
        "2025-Q4 made now could tell small numbers by subtraction. Send the report that was made then, or for the "
        "program's own use give --policy internal.\n"
    )
    assert left_in(tmp_path / "reports") == ["2026-Q3"]
    assert len(store.releases()) == 1
    assert outcomes("report", "2025-Q4", *CSV, "--policy", "internal")[0] == 0


def test_a_published_copy_makes_no_pack(outcomes: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcomes("publish", "--to", "copy")[0] == 0
    assert cli.main(["report", "2026-Q3", "--store", str(tmp_path / "copy")]) == 2
    assert "is a published copy" in capsys.readouterr().err


# --- safe harbor ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store_of_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("years")
    (folder / "program.toml").write_text('privacy_mode = "safe_harbor"\n')
    courses = "course_id,conditions,quarter\n" + "".join(f"C{i},depression,2026-Q{1 + i % 3}\n" for i in range(60))
    scores = "".join(f"C{i},PHQ-9,-1,18\nC{i},PHQ-9,24,{6 + i % 9}\n" for i in range(60))
    (folder / "courses.csv").write_text(courses)
    (folder / "scores.csv").write_text(f"course_id,scale,days_from_start,total\n{scores}")
    (folder / "infusions.csv").write_text("course_id,days_from_start\n" + "".join(f"C{i},0\n" for i in range(60)))
    files = [str(folder / f"{name}.csv") for name in ("courses", "infusions", "scores")]
    places = ["--store", str(folder / "store"), "--config", str(folder / "program.toml")]
    assert cli.main(["import", *files, "--data-through", "2026-11-15", *places]) == 0
    assert cli.main(["build", *places]) == 0
    return folder


def test_in_safe_harbor_a_quarter_is_refused_with_the_year_and_a_year_is_reported(
    store_of_years: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    places = ["--store", str(store_of_years / "store"), "--config", str(store_of_years / "program.toml")]
    capsys.readouterr()
    assert cli.main(["report", "2026-Q3", "--out", str(tmp_path / "pack"), *places]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        "outcomes: 2026-Q3 is a quarter, and this store knows only the year in which a course began: the privacy mode "
        "is safe_harbor. Write `outcomes report 2026`."
    )
    assert cli.main(["report", "2026", "--out", str(tmp_path / "pack"), *CSV, *places]) == 0
    assert "courses started in 2026 (provisional)" in capsys.readouterr().out
    manifest = json.loads((tmp_path / "pack/manifest.json").read_text())
    assert manifest["privacy_mode"] == "safe_harbor"
    assert {quarter for cohort in manifest["cohorts"] for quarter in cohort["quarters"]} == {"2026"}


# --- verification ---------------------------------------------------------------------------------------


def test_a_pack_is_verified_against_its_snapshot_after_others_were_released(outcomes: Command) -> None:
    for period in ("2026-Q2", "2026-Q3"):
        assert outcomes("report", period, *CSV)[0] == 0
    code, out, err = outcomes("report", "--verify", "reports/2026-Q2")
    assert (code, err) == (0, "")
    assert "made again and the same byte for byte" in out


def test_one_changed_byte_is_found_and_named(outcomes: Command, tmp_path: Path) -> None:
    assert outcomes("report", "2026-Q3", *CSV)[0] == 0
    folder = tmp_path / "reports/2026-Q3"
    path = folder / "tables/response-depression.csv"
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(content)
    (folder / "notes.txt").write_text("mine")
    (folder / "tables/flow-depression.json").unlink()
    code, out, err = outcomes("report", "--verify", folder)
    assert (code, out) == (1, "")
    assert err == (
        f"outcomes: {folder} is not as its manifest says: tables/flow-depression.json is missing; notes.txt is not "
        "part of it; tables/response-depression.csv was changed. Make the report again.\n"
    )


@pytest.fixture
def made_once_for_verify(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "made_pack", releasing.made_pack)


@pytest.mark.usefixtures("made_once_for_verify")
def test_a_number_changed_together_with_its_hash_is_found(outcomes: Command, tmp_path: Path) -> None:
    assert outcomes("report", "2026-Q3", *CSV)[0] == 0
    folder = tmp_path / "reports/2026-Q3"
    path, manifest = folder / "tables/response-depression.csv", folder / "manifest.json"
    before = file_hash(path)
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))
    manifest.write_text(manifest.read_text().replace(before, file_hash(path)))
    code, _, err = outcomes("report", "--verify", folder)
    assert code == 1
    assert err == (
        f"outcomes: {folder} is not what snapshot {json.loads(manifest.read_text())['snapshot']} gives: manifest.json, "
        "tables/response-depression.csv differ. Make the report again.\n"
    )


@pytest.mark.usefixtures("made_once_for_verify")
def test_what_cannot_be_made_again_is_said(outcomes: Command, store: Store, tmp_path: Path) -> None:
    for period in ("2026-Q2", "2026-Q3"):
        assert outcomes("report", period, *CSV)[0] == 0
    folder = tmp_path / "reports/2026-Q3"
    (tmp_path / "program.toml").write_text('[report]\ncontact = "new"\n')
    code, _, err = outcomes("report", "--verify", folder)
    assert (code, "another contact or logo" in err) == (2, True), err
    (tmp_path / "program.toml").unlink()
    for path in store.releases_folder.iterdir():
        path.unlink()
    code, _, err = outcomes("report", "--verify", folder)
    assert (code, "does not hold what reports had released by then" in err) == (2, True)
    store.remove_snapshot(store.current_id())
    code, _, err = outcomes("report", "--verify", folder)
    assert code == 2
    assert err.startswith(
        "outcomes: The files are as the manifest says, but whether the snapshot gives them cannot be seen here: the "
        "store"
    )


# --- beside other commands ------------------------------------------------------------------------------


def test_prune_says_which_reports_cannot_be_verified_any_more(outcomes: Command, store: Store, tmp_path: Path) -> None:
    assert outcomes("report", "2026-Q3", *CSV)[0] == 0
    (tmp_path / "program.toml").write_text('program = "Another"\n')
    assert outcomes("build")[0] == 0
    code, out, _ = outcomes("prune", "--keep", "0", "--yes")
    assert code == 0
    assert "; reports made of it (2026-Q3) cannot be verified without it\n" in out
    assert len(store.releases()) == 1


def test_forget_names_the_reports_that_it_cannot_reach(outcomes: Command, store: Store) -> None:
    assert outcomes("report", "2026-Q3", *CSV)[0] == 0
    patient = next(csv.DictReader(io.StringIO(outcomes("export", "courses")[1])))["patient_id"]
    code, out, err = outcomes("forget", patient, "--yes")
    assert (code, "Traceback" in err) == (0, False), err
    [release] = store.releases()
    assert (
        f"Out of reach: the report for 2026-Q3 under the cms policy, released {release.released_at:%Y-%m-%d}, counts "
        "patients forgotten since."
    ) in out
    assert patient not in (store.releases_folder / f"{release.id}.json").read_text()


def test_help_answers_at_once() -> None:
    code = """
import sys, time
started = time.process_time()
from pipelines.cli import main
try:
    main(["report", "--help"])
except SystemExit:
    heavy = [name for name in ("pandas", "duckdb", "typst", "matplotlib", "PIL") if name in sys.modules]
    print(time.process_time() - started < 0.3, heavy)
"""
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.splitlines()[-1] == "True []"
