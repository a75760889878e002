"""Privacy modes: what each leaves of quarters and sites, what it says, and what may not stand together."""

import csv
import json
import os
import re
from pathlib import Path

import pytest
from batches import batch_rows

from pipelines.build import build
from pipelines.cli import main
from pipelines.commands.measure import MEASURES
from pipelines.errors import CrosswalkUnfit, PrivacyModeMix
from pipelines.privacy.crosswalk import open_crosswalk
from pipelines.settings import Settings, read_settings
from pipelines.sources.intake import ImportResult, import_files, rehearse_import
from pipelines.sources.options import ImportOptions
from pipelines.store import Store
from sample_data.calibration import data_through
from sample_data.generator import CANONICAL_FOLDER

pytestmark = pytest.mark.usefixtures("models_read_once")

_, DEFINITIONS = read_settings(None)
MODES = ("limited_data_set", "expert_determination", "safe_harbor")
SETTINGS = {mode: Settings(privacy_mode=mode) for mode in MODES}
COURSES = """\
course_id,conditions,site,quarter,age_band
C1,depression,Northside,2026-Q1,85-89
C2,depression,Southside,2026-Q3,90+
"""
SCORES = "course_id,scale,days_from_start,total\nC1,PHQ-9,0,20\nC1,PHQ-9,7,10\nC2,PHQ-9,0,20\nC2,PHQ-9,7,15\n"


class Program:
    """A folder with canonical files, a store, and a crosswalk beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inputs = folder / "inputs"
        self.inputs.mkdir()
        self.crosswalk = folder / "crosswalk.csv"
        self.store = Store(folder / "store")
        self.write(COURSES)
        (self.inputs / "scores.csv").write_text(SCORES)

    def write(self, courses: str) -> None:
        (self.inputs / "courses.csv").write_text(courses)

    def imported(self, mode: str, **options: object) -> ImportResult:
        chosen = ImportOptions(**{"crosswalk": self.crosswalk if mode == "safe_harbor" else None, **options})
        return import_files(self.store, [self.inputs], chosen, SETTINGS[mode], DEFINITIONS, lambda _: None)

    def built(self, mode: str):
        return build(self.store, SETTINGS[mode], DEFINITIONS, lambda _: None)

    def sites(self, result: ImportResult) -> list[tuple[object, ...]]:
        return batch_rows(self.store, result.batch.id, "courses", "course_id, site, period, age_band")

    def codes(self) -> dict[str, str]:
        with self.crosswalk.open(encoding="utf-8", newline="") as stream:
            return {row["known_as"]: row["pseudonym"] for row in csv.DictReader(stream) if row["kind"] == "site"}


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


# --- what each mode leaves ------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["limited_data_set", "expert_determination"])
def test_quarters_and_names_of_sites_stay(program, mode):
    result = program.imported(mode)
    assert program.sites(result) == [
        ("C1", "Northside", "2026-Q1", "85-89"), ("C2", "Southside", "2026-Q3", "90+"),
    ]  # fmt: skip
    assert result.batch.privacy_mode == mode
    assert program.built(mode).privacy_mode == mode
    assert not any("Privacy mode" in note for note in result.batch.notes)


def test_safe_harbor_cuts_quarters_to_years_and_gives_sites_codes(program):
    result = program.imported("safe_harbor")
    codes = program.codes()
    assert program.sites(result) == [
        ("C1", codes["Northside"], "2026", "85-89"), ("C2", codes["Southside"], "2026", "90+"),
    ]  # fmt: skip
    assert all(re.fullmatch("S[2-9A-Z]{4}", code) for code in codes.values())
    assert len(set(codes.values())) == 2
    assert (result.batch.privacy_mode, result.batch.period) == ("safe_harbor", "year")
    assert result.batch.notes[:2] == (
        "Privacy mode safe_harbor: the quarter of 2 courses was cut to its year.",
        "Privacy mode safe_harbor: 2 sites stand as codes; which is which is in the crosswalk.",
    )
    assert program.built("safe_harbor").privacy_mode == "safe_harbor"
    kept = b"".join(path.read_bytes() for path in program.store.folder.rglob("*") if path.is_file())
    assert not [text for text in (b"Northside", b"Southside", b"2026-Q") if text in kept]


def test_codes_stay_the_same_from_import_to_import_and_say_nothing_of_the_site(program, tmp_path):
    program.imported("safe_harbor")
    first = program.codes()
    program.write(COURSES + "C3,depression,Northside,2026-Q4,\nC4,depression,Eastside,2026-Q4,\n")
    again = program.imported("safe_harbor")
    later = program.codes()
    assert {name: later[name] for name in first} == first
    assert [site for _, site, *_ in program.sites(again)] == [
        first["Northside"], first["Southside"], first["Northside"], later["Eastside"],
    ]  # fmt: skip
    (tmp_path / "elsewhere").mkdir()
    other = Program(tmp_path / "elsewhere")
    other.imported("safe_harbor")
    assert not set(other.codes().values()) & set(first.values()), "drawn at random, never derived"


def test_a_year_given_as_a_quarter_or_as_itself_stays_and_what_is_neither_is_refused_as_ever(program):
    program.write(
        "course_id,conditions,quarter,year\n"
        "C1,depression,,2026\nC2,depression,2026-Q3,2026\nC3,depression,2026Q3,\nC4,depression,2026-Q3,2025\n"
    )
    result = program.imported("safe_harbor", accept_quarantine=True)
    assert batch_rows(program.store, result.batch.id, "courses", "course_id, period") == [
        ("C1", "2026"),
        ("C2", "2026"),
    ]
    assert batch_rows(
        program.store, result.batch.id, "quarantine", "table_name, line, rule, column_name, found"
    )[:2] == [
        ("courses", 4, "bad_period", "quarter", "text, 6 characters"),
        ("courses", 5, "bad_period", "year", "2025"),
    ]  # fmt: skip
    assert result.batch.notes[0] == "Privacy mode safe_harbor: the quarter of 1 course was cut to its year."


def test_parts_of_years_in_attributes_are_cut_too(program):
    program.write(
        "course_id,conditions,year,attr_referred,attr_arm\n"
        "C1,depression,2026,2025-Q4,Q4\nC2,depression,2026,w7 2026,2026\nC3,depression,2026,2024,\n"
    )
    limited = program.imported("limited_data_set")
    assert batch_rows(program.store, limited.batch.id, "courses", "attributes['referred']") == [
        ("2024",), ("2025-Q4",), ("w7 2026",),
    ]  # fmt: skip
    program.store.retract(limited.batch.id)
    result = program.imported("safe_harbor")
    assert batch_rows(
        program.store, result.batch.id, "courses", "course_id, attributes['referred'], attributes['arm']"
    ) == [("C1", "2025", "Q4"), ("C2", "2026", "2026"), ("C3", "2024", None)]
    assert result.batch.notes[0] == (
        "Privacy mode safe_harbor: parts of years were cut to their year in attr_referred (2)."
    )


def test_sites_that_differ_in_capitals_are_told_of_by_their_codes(program):
    program.write(COURSES.replace("Southside", "northside "))
    result = program.imported("safe_harbor")
    told = " and ".join(sorted(program.codes().values()))
    assert (
        f"The names of two sites differ only in capitals or blanks, and they count apart: {told}. Write them alike to "
        "count them together."
    ) in result.batch.notes
    assert "orthside" not in " ".join(result.batch.notes)


# --- the crosswalk that codes of sites need -------------------------------------------------------------


def test_safe_harbor_needs_a_crosswalk_where_sites_are_named(program):
    for way in (import_files, rehearse_import):
        with pytest.raises(CrosswalkUnfit) as caught:
            way(program.store, [program.inputs], ImportOptions(), SETTINGS["safe_harbor"], DEFINITIONS, lambda _: None)
        assert str(caught.value) == (
            "Privacy mode safe_harbor puts random codes in place of sites, and this export names sites: say with "
            "--crosswalk FILE where to keep which is which. The file is made if it does not exist; keep it outside the "
            "store, and back it up."
        )
    assert program.store.batches() == []


def test_where_no_site_is_named_none_is_needed_and_none_is_written(program):
    program.write("course_id,conditions,quarter\nC1,depression,2026-Q1\nC2,depression,2026-Q1\n")
    assert program.imported("safe_harbor", crosswalk=None).is_new
    assert program.imported("safe_harbor", is_again=True).is_new
    assert not program.crosswalk.exists()


@pytest.mark.parametrize("was_lost", [True, False])
def test_a_crosswalk_that_does_not_know_the_sites_held_is_refused(program, was_lost):
    program.imported("safe_harbor")
    program.crosswalk.unlink()
    if not was_lost:
        with open_crosswalk(program.crosswalk, program.store.folder) as other:
            other.site_code("Northside")
            other.keep()
    with pytest.raises(CrosswalkUnfit) as caught:
        program.imported("safe_harbor", is_again=True)
    found = "does not exist" if was_lost else "is not the one that made them"
    assert str(caught.value) == (
        f"The store holds 2 sites of canonical:canonical, and the crosswalk {program.crosswalk} {found} (2 of them it "
        "does not know). With it they would be counted a second time. Give the crosswalk of the earlier imports "
        "(restore it from a backup), or tell the sources apart with --name."
    )


def test_sources_with_crosswalks_of_their_own_are_told_that_a_site_may_count_twice(program):
    program.imported("safe_harbor")
    other = program.folder / "other.csv"
    told = (
        "The store holds 2 sites of other sources by codes of another crosswalk: a site that both name counts as two. "
        "Keep one crosswalk for all sources of a program."
    )
    assert told not in program.imported("safe_harbor", name="second").batch.notes
    assert told in program.imported("safe_harbor", name="third", crosswalk=other).batch.notes
    first = set(program.codes().values())
    program.crosswalk = other
    assert not first & set(program.codes().values())


def test_a_dry_run_and_a_refused_import_leave_no_crosswalk(program):
    options = ImportOptions(crosswalk=program.crosswalk)
    rehearse_import(program.store, [program.inputs], options, SETTINGS["safe_harbor"], DEFINITIONS, lambda _: None)
    assert not program.crosswalk.exists()
    program.write("course_id,conditions,site,quarter\nC1,depression,Northside,2026-Q1\nC2,depression,Southside,2026\n")
    (program.inputs / "scores.csv").write_text("course_id,scale,days_from_start,total\nC1,PHQ-9\n")
    assert main(["--store", str(program.store.folder), "import", str(program.inputs)]) == 1
    assert not program.crosswalk.exists()


# --- modes that do not stand together -------------------------------------------------------------------


def test_a_build_refuses_safe_harbor_over_batches_that_hold_more(program):
    first = program.imported("limited_data_set")
    program.write("course_id,conditions,quarter\nC8,depression,2026-Q1\n")
    (program.inputs / "scores.csv").unlink()
    second = program.imported("expert_determination", name="second")
    for refused in (lambda: program.built("safe_harbor"), lambda: program.imported("safe_harbor", name="third")):
        with pytest.raises(PrivacyModeMix) as caught:
            refused()
        assert str(caught.value) == (
            f"Privacy mode safe_harbor is set, and the store {program.store.folder} holds more than it allows: batch "
            f"{first.batch.id[:12]} of canonical:canonical (quarters and names of sites), batch {second.batch.id[:12]} "
            "of canonical:second (quarters). Import the exports again into a new store (--store), and remove this one; "
            "or take these batches back (`outcomes retract`) and import their exports again, which counts alike but "
            "leaves their files in the folder."
        )
        assert caught.value.exit_code == 1


def test_what_was_taken_back_may_be_imported_again_under_safe_harbor(program):
    held = program.imported("limited_data_set").batch
    program.store.retract(held.id)
    assert program.imported("safe_harbor").is_new, "the same files under another mode are another import"
    assert program.built("safe_harbor").privacy_mode == "safe_harbor"


def test_batches_that_hold_neither_quarters_nor_sites_stand_under_safe_harbor(program):
    program.write("course_id,conditions,year\nC1,depression,2026\nC2,depression,2026\n")
    program.imported("limited_data_set")
    assert program.built("safe_harbor").privacy_mode == "safe_harbor"


def test_limited_data_sets_and_those_of_an_expert_stand_together(program):
    program.imported("limited_data_set")
    program.imported("expert_determination", name="second")
    for mode in ("limited_data_set", "expert_determination"):
        assert program.built(mode).privacy_mode == mode


def test_what_was_landed_under_safe_harbor_stands_under_any_mode(program):
    program.imported("safe_harbor")
    assert program.built("limited_data_set").privacy_mode == "limited_data_set"


def test_sites_by_code_and_by_name_do_not_stand_together(program):
    coded = program.imported("safe_harbor").batch
    program.write("course_id,conditions,site,year\nC1,depression,Northside,2026\nC2,depression,Southside,2026\n")
    with pytest.raises(PrivacyModeMix) as caught:
        program.imported("limited_data_set", name="second")
    assert str(caught.value) == (
        f"Batch {coded.id[:12]}, landed under privacy mode safe_harbor, holds sites by their codes, and this import "
        "names sites: the same site would count as two. Set privacy_mode = "
        '"safe_harbor" in program.toml again, or give another store (--store) for data by name.'
    )
    assert [batch.id for batch in program.store.batches()] == [coded.id]


# --- what is said of the mode ---------------------------------------------------------------------------


def test_every_command_that_gives_data_away_says_the_mode(program, capsys, monkeypatch):
    config = program.folder / "program.toml"
    config.write_text('privacy_mode = "safe_harbor"\n')
    monkeypatch.setenv("OUTCOMES_CONFIG", str(config))
    monkeypatch.setenv("OUTCOMES_STORE", str(program.store.folder))
    assert main(["import", str(program.inputs), "--crosswalk", str(program.crosswalk)]) == 0
    assert "(new; privacy mode safe_harbor)" in capsys.readouterr().out
    assert main(["import", str(program.inputs)]) == 0
    assert "(already imported; nothing changed; privacy mode safe_harbor)" in capsys.readouterr().out
    assert main(["build"]) == 0
    assert main(["export", "courses", "--out", str(program.folder / "rows.csv")]) == 0
    assert "privacy mode safe_harbor" in capsys.readouterr().err
    assert main(["measure", "response", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["about"]["privacy_mode"] == "safe_harbor"


def test_a_mode_that_is_none(program, capsys):
    config = program.folder / "program.toml"
    config.write_text('privacy_mode = "harbour"\n')
    assert main(["--config", str(config), "--store", str(program.store.folder), "import", str(program.inputs)]) == 2
    assert "privacy_mode" in (told := capsys.readouterr().err)
    assert all(mode in told for mode in MODES)


def test_a_crosswalk_of_canonical_files_belongs_to_safe_harbor(program, capsys):
    arguments = ["--store", str(program.store.folder), "import", str(program.inputs), "--crosswalk", "x.csv"]
    assert main(arguments) == 2
    assert re.fullmatch(
        r"outcomes: --crosswalk belongs to --source .*, and this import is of canonical files, which hold pseudonyms "
        r"already\.\n",
        capsys.readouterr().err,
    )


# --- the sample -----------------------------------------------------------------------------------------


def given_years(folder: Path) -> Path:
    """The sample with the year of each quarter in its place."""
    folder.mkdir()
    for table in ("infusions", "scores"):
        os.link(CANONICAL_FOLDER / f"{table}.csv", folder / f"{table}.csv")
    with (CANONICAL_FOLDER / "courses.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        quarter = re.fullmatch(r"(20\d\d)-Q[1-4]", row["quarter"])
        row["year"] = quarter[1] if quarter else ""
        row["quarter"] = "" if quarter else row["quarter"]
    with (folder / "courses.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """Stores of the sample under safe harbor and of the sample given by years, and the site of each code."""
    folder = tmp_path_factory.mktemp("modes")
    crosswalk = folder / "crosswalk.csv"
    found = {}
    for mode, inputs in (("safe_harbor", CANONICAL_FOLDER), ("limited_data_set", given_years(folder / "years"))):
        store = Store(folder / mode)
        options = ImportOptions(data_through=data_through(), crosswalk=crosswalk if mode == "safe_harbor" else None)
        import_files(store, [inputs], options, SETTINGS[mode], DEFINITIONS, lambda _: None)
        build(store, SETTINGS[mode], DEFINITIONS, lambda _: None)
        found[mode] = store
    with crosswalk.open(encoding="utf-8", newline="") as stream:
        names = {row["pseudonym"]: row["known_as"] for row in csv.DictReader(stream)}
    return found, names


@pytest.mark.parametrize("table", ["courses", "infusions", "scores", "quarantine"])
def test_the_sample_has_the_same_rows_as_one_given_by_years_with_sites_renamed(samples, table):
    stores, names = samples
    coded, named = (
        batch_rows(store, store.batches()[0].id, table) for store in (stores["safe_harbor"], stores["limited_data_set"])
    )
    renamed = [tuple(names.get(str(cell), cell) if isinstance(cell, str) else cell for cell in row) for row in coded]
    assert sorted(map(repr, renamed)) == sorted(map(repr, named))


def answered(store, names, arguments, capsys):
    """The rows of a measure, with sites by their names; those of sites stand in the order of names or of codes."""
    assert main(["--store", str(store.folder), "measure", *arguments, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    for row in rows:
        if "site" in row:
            row["site"] = names.get(row["site"], row["site"])
        row["note"] = "; ".join(with_names(part, names) for part in row["note"].split("; "))
    return rows if "site" not in rows[0] else sorted(rows, key=json.dumps)


def with_names(part, names):
    """A part of a note, with the levels that it leaves out by their names, in the order of names."""
    head = "left out: "
    if not part.startswith(head):
        return part
    levels = [level.split(" (") for level in part.removeprefix(head).split(", ")]
    return head + ", ".join(sorted(" (".join([names.get(level[0], level[0]), *level[1:]]) for level in levels))


@pytest.mark.parametrize("arguments", [*([name] for name in MEASURES), ["response", "--by", "quarter"]], ids=" ".join)
def test_the_sample_has_the_same_measures(samples, arguments, capsys):
    stores, names = samples
    answers = [answered(store, names, arguments, capsys) for store in stores.values()]
    assert answers[0] == answers[1]
    assert answers[0]


def test_the_sample_has_the_same_rates_of_each_site_under_its_code(samples, capsys):
    stores, names = samples
    arguments = ["response", "--by", "site"]
    answers = [answered(store, names, arguments, capsys) for store in stores.values()]
    assert answers[0] == answers[1]
    assert {row["site"] for row in answers[0]} > set(names.values())
    assert len(names) == 12
