"""The crosswalk: random pseudonyms that stay the same, in a file that is written whole or not at all."""

import os
import stat
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from pipelines.errors import CrosswalkBusy, CrosswalkUnfit, OutcomesError
from pipelines.privacy.crosswalk import open_crosswalk

NUMBER = "MRN-004177"
HEADER = "kind,known_as,pseudonym\n"
PSEUDONYM = "P23456789ABCD"
KNOWS_ONE = f"{HEADER}patient,{NUMBER},{PSEUDONYM}\n"


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "crosswalk.csv"


@pytest.fixture
def store(tmp_path) -> Path:
    return tmp_path / "store"


def private(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(0o600)
    return path


def drawn(path: Path, store: Path, *numbers: str) -> list[str]:
    with open_crosswalk(path, store) as crosswalk:
        found = [crosswalk.pseudonym(number) for number in numbers]
        crosswalk.keep()
    return found


def refusal(path: Path, store: Path, kind: type[OutcomesError] = CrosswalkUnfit) -> str:
    with pytest.raises(kind) as caught, open_crosswalk(path, store):
        pass
    assert type(caught.value) is kind
    assert NUMBER not in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_pseudonyms_stay_the_same_and_tell_nothing(path, store):
    first = drawn(path, store, NUMBER, "7", NUMBER)
    assert first[0] == first[2] != first[1]
    assert drawn(path, store, "7", NUMBER, "8")[:2] == [first[1], first[0]]
    assert drawn(path.with_name("other.csv"), store, NUMBER) != first[:1]
    for pseudonym in first:
        assert len(pseudonym) == 13
        assert not pseudonym.isdecimal(), "the quarantine keeps numbers, so a pseudonym must not read as one"


def test_the_file_is_for_its_owner_alone(path, store):
    drawn(path, store, NUMBER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text(encoding="utf-8").splitlines()[0] == HEADER.strip()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610, 0o666])
def test_a_file_that_others_may_read_is_refused_and_not_mended_in_silence(path, store, mode):
    path.write_text(KNOWS_ONE)
    path.chmod(mode)
    assert refusal(path, store) == (
        f"The crosswalk {path} is open to others than its owner, and it is the way back to the patients. Make it yours "
        f"alone, and consider who could have read it: chmod 600 {path}"
    )
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_the_cure_may_be_copied_whatever_the_name(tmp_path, store):
    path = private(tmp_path / "our crosswalk.csv", KNOWS_ONE)
    path.chmod(0o644)
    assert refusal(path, store).endswith(f"chmod 600 '{path}'")


def test_a_file_that_may_not_be_written(path, store):
    private(path, KNOWS_ONE).chmod(0o400)
    assert refusal(path, store) == (
        f"The crosswalk {path} is read-only, so that nobody new could be entered. Check who may write it."
    )


def test_patients_and_sites_stand_apart(path, store):
    with open_crosswalk(path, store) as crosswalk:
        patient, site = crosswalk.pseudonym("Northside"), crosswalk.site_code("Northside")
        crosswalk.keep()
    assert path.read_text() == f"{HEADER}patient,Northside,{patient}\nsite,Northside,{site}\n"
    assert len(site) == 5
    with open_crosswalk(path, store) as crosswalk:
        assert (crosswalk.site_code("Northside"), crosswalk.pseudonym("Northside")) == (site, patient)
        assert set(crosswalk.record_numbers) == {"Northside"}
        crosswalk.refuse_strange_sites([site], "canonical:clinic")
        with pytest.raises(CrosswalkUnfit) as caught:
            crosswalk.refuse_strange_sites([site, "S2222"], "canonical:clinic")
    assert str(caught.value).startswith(
        f"The store holds 2 sites of canonical:clinic, and the crosswalk {path} is not the one that made them (1 of "
        "them it does not know)."
    )


def test_a_file_written_before_sites_had_codes_is_read_and_written_anew(path, store):
    private(path, f"record_number,pseudonym\n{NUMBER},{PSEUDONYM}\n")
    before = path.read_bytes()
    assert drawn(path, store, NUMBER) == [PSEUDONYM]
    assert path.read_bytes() == before, "nothing new, nothing written"
    new = drawn(path, store, "8")[0]
    assert path.read_text() == f"{KNOWS_ONE}patient,8,{new}\n"


def test_a_new_site_gets_no_code_that_stands_for_another_elsewhere(path, store, monkeypatch):
    letters = iter("2222" + "3333")
    monkeypatch.setattr("pipelines.privacy.pseudonyms.secrets.choice", lambda _: next(letters))
    with open_crosswalk(path, store) as crosswalk:
        crosswalk.avoid(["S2222"])
        assert crosswalk.site_code("Northside") == "S3333"


def test_the_file_may_be_a_link_to_where_it_is_kept(tmp_path, store):
    kept = private(tmp_path / "kept.csv", KNOWS_ONE)
    link = tmp_path / "link.csv"
    link.symlink_to(kept)
    drawn(link, store, "8")
    assert link.is_symlink()
    assert kept.read_text().startswith(f"{KNOWS_ONE}patient,8,")
    with FileLock(kept.with_name(".kept.csv.lock")):
        assert "Another import holds" in refusal(link, store, CrosswalkBusy)


def test_what_a_killed_import_left_is_removed(path, store):
    private(path, KNOWS_ONE)
    leftover = private(path.with_name(f".{path.name}.unfinished"), HEADER)
    drawn(path, store, NUMBER)
    assert not leftover.exists()


def test_what_is_not_kept_leaves_nothing(path, store):
    with open_crosswalk(path, store) as crosswalk:
        crosswalk.pseudonym(NUMBER)
    assert not path.exists()


def test_record_numbers_may_hold_anything_that_a_cell_can(path, store):
    numbers = ['say "7"', "a,b", " leading", "Ωmega", "line\nend", "=1+1"]
    first = drawn(path, store, *numbers)
    assert drawn(path, store, *numbers) == first


def test_a_crash_while_writing_leaves_the_old_file(path, store, monkeypatch):
    drawn(path, store, NUMBER)
    before = path.read_bytes()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(CrosswalkUnfit) as caught:
        drawn(path, store, "8")
    assert str(caught.value) == (
        f"The crosswalk {path} cannot be written (No space left on device). Nothing was imported. "
        "Check the folder, or give another file with --crosswalk."
    )
    assert path.read_bytes() == before
    assert [found.name for found in path.parent.iterdir() if "unfinished" in found.name] == []


def test_two_imports_at_once(path, store):
    with FileLock(path.with_name(f".{path.name}.lock")):
        assert refusal(path, store, CrosswalkBusy) == (
            f"Another import holds the crosswalk {path}. Wait until it has finished and run this again."
        )


@pytest.mark.parametrize("place", ["crosswalk.csv", "batches/crosswalk.csv", "../store/crosswalk.csv"])
def test_inside_the_store(store, place):
    (store / "batches").mkdir(parents=True)
    assert refusal(store / place, store) == (
        f"The crosswalk {store / place} would stand inside the store, which must not hold the way back to the "
        "patients. Keep it in a folder of its own."
    )


def test_inside_the_store_by_a_link(store, tmp_path):
    store.mkdir()
    (tmp_path / "link").symlink_to(store, target_is_directory=True)
    assert "would stand inside the store" in refusal(tmp_path / "link" / "crosswalk.csv", store)


@pytest.mark.parametrize("is_link_inside", [True, False])
def test_inside_the_store_by_a_link_to_a_file(store, tmp_path, is_link_inside):
    store.mkdir()
    inside, outside = store / "crosswalk.csv", tmp_path / "crosswalk.csv"
    link, target = (inside, outside) if is_link_inside else (outside, inside)
    private(target, KNOWS_ONE)
    link.symlink_to(target)
    assert "would stand inside the store" in refusal(link, store)


def test_a_folder_that_does_not_exist(tmp_path, store):
    path = tmp_path / "nowhere" / "crosswalk.csv"
    assert refusal(path, store) == f"The folder of the crosswalk {path} does not exist. Make it, or give another one."


def test_a_folder_in_place_of_a_file(tmp_path, store):
    assert refusal(tmp_path, store) == f"{tmp_path} is a folder. Give the name of a file for the crosswalk."


NEITHER = "is neither a patient nor a site with a pseudonym"
NOT_ONE = {
    "an export": ("MRN,Name\nMRN-004177,Ann\n", "line 1 is not `kind,known_as,pseudonym`"),
    "an empty file": ("", "line 1 is not `kind,known_as,pseudonym`"),
    "another pseudonym": (f"{HEADER}patient,MRN-004177,A12\n", f"entry 1 {NEITHER}"),
    "a site's code for a patient": (f"{HEADER}patient,MRN-004177,S2222\n", f"entry 1 {NEITHER}"),
    "a patient's pseudonym for a site": (f"{HEADER}site,MRN-004177,{PSEUDONYM}\n", f"entry 1 {NEITHER}"),
    "another kind": (f"{HEADER}doctor,MRN-004177,{PSEUDONYM}\n", f"entry 1 {NEITHER}"),
    "cut off": (f"{HEADER}patient,1,{PSEUDONYM}\npatient,MRN-004177,P23", f"entry 2 {NEITHER}"),
    "cut off, with two columns": (
        f"record_number,pseudonym\n1,{PSEUDONYM}\nMRN-004177,P23",
        f"entry 2 {NEITHER}",
    ),
    "a number twice": (f"{KNOWS_ONE}patient,MRN-004177,P23456789ABCE\n", "the patient of entry 2 comes twice"),
    "a site twice": (f"{HEADER}site,MRN-004177,S2222\nsite,MRN-004177,S2223\n", "the site of entry 2 comes twice"),
    "a pseudonym twice": (f"{KNOWS_ONE}patient,2,{PSEUDONYM}\n", "a pseudonym comes twice"),
    "an open quotation mark": (f'{HEADER}patient,"MRN-004177,{PSEUDONYM}\n', "a quotation mark is open"),
    "saved by a spreadsheet": (HEADER.encode() + b"\xffMRN-004177\n", "it is not UTF-8 text"),
}


@pytest.mark.parametrize(("data", "found"), NOT_ONE.values(), ids=NOT_ONE)
def test_a_file_that_is_no_crosswalk(path, store, data, found):
    before = private(path, data).read_bytes()
    assert refusal(path, store) == (
        f"{path} is not a crosswalk as an import writes it: {found}. "
        "Restore it from a backup; never edit it in a spreadsheet program."
    )
    assert path.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps access in another form")
@pytest.mark.skipif(sys.platform != "win32" and os.geteuid() == 0, reason="root may read and write everything")
def test_a_file_that_cannot_be_read(path, store):
    path.touch(mode=0o000)
    assert "cannot be read (Permission denied)" in refusal(path, store)


def test_the_crosswalk_of_other_patients(path, store):
    known = drawn(path, store, NUMBER)
    with open_crosswalk(path, store) as crosswalk:
        crosswalk.refuse_strangers(known, "table:clinic")
        with pytest.raises(CrosswalkUnfit) as caught:
            crosswalk.refuse_strangers([*known, "PAAAAAAAAAAAA"], "table:clinic")
    assert str(caught.value) == (
        f"The store holds 2 patients of table:clinic, and the crosswalk {path} is not the one that made them (1 of "
        "them it does not know). With it they would be counted a second time. Give the crosswalk of the earlier "
        "imports (restore it from a backup), or tell the sources apart with --name."
    )


def test_a_crosswalk_that_was_lost(path, store):
    with (
        open_crosswalk(path, store) as crosswalk,
        pytest.raises(CrosswalkUnfit, match=r"crosswalk\.csv does not exist"),
    ):
        crosswalk.refuse_strangers([PSEUDONYM], "table:clinic")
    assert not path.exists()
