"""The page of the quarterly report: who may ask for what, and what is released when."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from filelock import FileLock
from streamlit.testing.v1 import AppTest
from test_pages import texts
from test_sites_seen import everything

from dashboard import access, offers, packs
from dashboard.packs import PackWithheld
from dashboard.reading import Snapshot
from pipelines.cli import main
from pipelines.definitions.disclosure import policy_named
from pipelines.errors import BesideOthers, NotTheStore, OutcomesError, PackOutdated, UnknownName
from pipelines.manifests import Release
from pipelines.privacy.release.ledger import NOTHING_RELEASED
from pipelines.publishing import publish_snapshot
from pipelines.reports import releasing
from pipelines.reports.archive import zipped
from pipelines.reports.asking import Asked
from pipelines.reports.making import FORMATS, made_pack
from pipelines.reports.preview import Preview
from pipelines.store import Store

PERIOD = "2026-Q3"
EVERYTHING = Asked(PERIOD, "cms", tuple(FORMATS), "a4")


@pytest.fixture(scope="module", autouse=True)
def made_once(packs_made_once: list[Asked]) -> Iterator[list[Asked]]:
    """Packs are made once, their pages never. Tells what was asked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packs, "_preview", lambda pack: pack.result() and _PAGES)
        yield packs_made_once


_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000a49444154789c6300010000050001"
    "0d0a2db40000000049454e44ae426082"
)

_PAGES = Preview((_DOT,) * 5, {"Contents": 2, "Depression": 5})


@pytest.fixture
def store(store_folder: Path, tmp_path: Path) -> Store:
    """A store of the sample data from which nothing was released."""
    shutil.copytree(store_folder, tmp_path / "store")
    return Store(tmp_path / "store")


@pytest.fixture
def app(app: AppTest, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The dashboard on that store, with no program.toml."""
    monkeypatch.setenv("OUTCOMES_STORE", str(store.folder))
    monkeypatch.setenv("OUTCOMES_CONFIG", str(tmp_path / "program.toml"))
    return app


@pytest.fixture(autouse=True)
def no_packs_kept() -> Iterator[None]:
    yield
    packs._made.clear()


@pytest.fixture
def lines(tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    """What went on record."""

    def read() -> list[dict[str, Any]]:
        found = "".join(file.read_text() for file in sorted((tmp_path / "audit").glob("*.jsonl")))
        return [json.loads(line) for line in found.splitlines()]

    return read


def snapshot_of(store: Store, *sites: str) -> Snapshot:
    return Snapshot(str(store.folder), store.current_id(), sites)


def be(monkeypatch: pytest.MonkeyPatch, role: access.Role, *sites: str) -> None:
    decision = access.Decision(access.Door.OPEN, access.Reader("reader@clinic.example", role, sites))
    monkeypatch.setattr(access, "decide", lambda _: decision)


def page(app: AppTest) -> AppTest:
    app.run()
    app.switch_page("views/report.py").run()
    assert not app.exception
    return app


def previewed(app: AppTest) -> AppTest:
    """The page once the pack that it offers is made."""
    page(app).button("preview").click().run()
    assert not app.exception
    for making in list(packs._made.values()):
        making.preview.result(timeout=300)
    app.run()
    assert not app.exception
    return app


def files_offered(app: AppTest) -> list[str]:
    return [button.proto.label for button in app.get("download_button")]


def test_the_page_says_which_courses_a_report_will_be_about(app: AppTest):
    said = texts(page(app))
    assert app.title[0].value == "Quarterly report"
    assert "A report for 2026-Q3 tells the outcomes of courses started in 2026-Q2 (final)" in said
    assert "2025-Q3 to 2026-Q2 (final)" in said
    assert "Provisional: follow-up windows of some of these courses are still open" in said
    assert [select.label for select in app.selectbox] == ["The quarter or year that the report is about"]
    offered = app.selectbox[0].options
    assert offered[0] == "2026-Q3: outcomes of 2026-Q2 (final)"
    assert offered[1] == "2026-Q2: outcomes of 2026-Q2 (final)"
    assert [option[:4] for option in offered if "-Q" not in option[:7]] == ["2025", "2024", "2023", "2022", "2026"]
    assert offered[-1] == "2026, not over yet: outcomes of 2026-Q2 (final)"
    assert "courses are still being added" not in said
    app.selectbox("report_period").select(offered[-1]).run()
    assert "The data end before 2026 does, so courses are still being added to it" in texts(app)


def test_looking_releases_nothing_and_recording_does(app: AppTest, store: Store, lines):
    said = texts(previewed(app))
    (making,) = packs._made.values()
    pack = packs.drafted(making).made.pack
    assert pack.withheld
    for text in (*pack.withheld, *(each.finding.rstrip(".") for each in pack.key_results)):
        assert text in said
    assert store.releases() == []
    assert not files_offered(app)
    assert "A preview: not recorded as released, and not to be passed on." in said
    app.button("record").click().run()
    assert not app.exception
    assert "A preview: not recorded" not in texts(app)
    (release,) = store.releases()
    assert (release.period, release.policy, release.site) == (PERIOD, "cms", None)
    assert files_offered(app) == ["Everything as ZIP, with its manifest", "PDF", "Workbook (XLSX)", "Slides (PPTX)"]
    assert "Recorded as released on" in texts(app)
    assert "None so far" not in texts(app)
    event = lines()[-1]
    asked = {"period": [PERIOD], "policy": ["cms"]}
    assert (event["event"], event["report"], event["release"]) == ("released", PERIOD, release.id)
    assert event["filters"] == asked
    views = [line for line in lines() if line["event"] == "view" and line["page"] == "Quarterly report"]
    assert [line["filters"] for line in views] == [asked]


def test_the_files_are_those_of_the_command(app: AppTest, store: Store, tmp_path: Path):
    config = tmp_path / "program.toml"
    config.write_text('[report]\ncontact = "quality@clinic.example"\n')
    previewed(app).button("record").click().run()
    (making,) = packs._made.values()
    made = packs.drafted(making).made
    files = made.files
    assert made.manifest.contact == "quality@clinic.example"
    places = ["--store", str(store.folder), "--config", str(config)]
    assert main([*places, "report", PERIOD, "--out", str(tmp_path / PERIOD)]) == 0
    written = {
        path.relative_to(tmp_path / PERIOD).as_posix(): path.read_bytes()
        for path in (tmp_path / PERIOD).rglob("*")
        if path.is_file()
    }
    assert written == files
    assert len(store.releases()) == 1
    archive = zipped(files, PERIOD)
    assert archive == zipped(dict(reversed(files.items())), PERIOD)
    with ZipFile(BytesIO(archive)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == {
            f"{PERIOD}/{name}": content for name, content in files.items()
        }


def test_all_of_it_stands_there_as_text(app: AppTest):
    previewed(app)
    (making,) = packs._made.values()
    pack = packs.drafted(making).made.pack
    for section in pack.sections:
        app.session_state[f"part_report_{section.key}"] = True
    said = texts(app.run())
    assert not app.exception
    for table in pack.tables.values():
        if len(table.printed):
            assert table.title in said
    assert "Page 1 of 5 of the report for 2026-Q3, as a picture" in everything(app._tree)


def test_a_pack_is_made_once_for_all_who_ask_the_same(store: Store, made_once: list[Asked]):
    snapshot = snapshot_of(store)
    first = packs.begin(snapshot, EVERYTHING)
    n_made = len(made_once)
    assert packs.begin(snapshot, EVERYTHING) is first
    first.preview.result(timeout=300)
    assert packs.begin(snapshot, EVERYTHING) is first
    assert packs.found(snapshot, EVERYTHING) is first
    assert len(made_once) <= n_made + 1
    assert packs.found(snapshot, replace(EVERYTHING, paper="letter")) is None
    assert packs.found(snapshot_of(store, "Site 01"), EVERYTHING) is None


def test_an_analyst_is_shown_no_such_page_and_none_by_its_address(app: AppTest, monkeypatch, lines):
    be(monkeypatch, "analyst")
    app.run()
    assert "Quarterly report" not in [link.proto.label for link in app.get("page_link")]
    app.switch_page("views/report.py").run()
    assert not app.exception
    assert app.title[0].value == "Not open to your role"
    said = texts(app)
    assert "2026-Q2 (final)" not in said
    assert not app.selectbox
    assert not app.get("popover")
    refused = [line for line in lines() if line["event"] == "refused"]
    assert [(line["who"], line["reason"], line["page"]) for line in refused] == [
        ("reader@clinic.example", "no_role", "Quarterly report")
    ]
    assert "Quarterly report" not in [line.get("page") for line in lines() if line["event"] == "view"]


@pytest.mark.parametrize("role", ["lead", "admin"])
def test_a_lead_and_an_admin_are_led_to_it(app: AppTest, monkeypatch, role: access.Role):
    be(monkeypatch, role)
    assert "Quarterly report" in [link.proto.label for link in app.run().get("page_link")]
    assert page(app).title[0].value == "Quarterly report"


def test_a_lead_of_one_site_is_given_reports_of_it_alone(app: AppTest, store: Store, monkeypatch, made_once):
    be(monkeypatch, "lead", "Site 01")
    made_once.clear()
    said = texts(previewed(app))
    assert {asked.site for asked in made_once} == {"Site 01"}
    assert "Whole program" not in said
    assert set(re.findall(r"Site \d\d", said)) <= {"Site 01"}
    snapshot = snapshot_of(store, "Site 01")
    for site in (None, "Site 02", "Site 99"):
        for ask in (packs.begin, offers.cohorts, offers.refuse):
            with pytest.raises(UnknownName) as refused:
                ask(snapshot, replace(EVERYTHING, site=site))
            assert set(re.findall(r"Site \d\d", str(refused.value))) <= {"Site 01", site}
    assert {asked.site for asked in made_once} == {"Site 01"}


def test_the_report_of_a_site_is_the_same_for_its_lead_and_for_the_program(store: Store, monkeypatch):
    asked = replace(EVERYTHING, site="Site 01", formats=("csv",))
    monkeypatch.setattr(releasing, "made_pack", made_pack)
    found = [packs.drafted(packs.begin(snapshot_of(store, *sites), asked)) for sites in ((), ("Site 01",))]
    assert found[0] is not found[1]
    assert found[0].made.files == found[1].made.files


def test_a_site_lead_is_told_of_no_other_release(app: AppTest, store: Store, monkeypatch):
    for sequence, site in enumerate((None, "Site 01", "Site 02"), start=1):
        store.add_release(a_release(sequence=sequence, site=site))
    assert [release.site for release in offers.releases(snapshot_of(store))] == [None, "Site 01", "Site 02"]
    assert [release.site for release in offers.releases(snapshot_of(store, "Site 01"))] == ["Site 01"]
    be(monkeypatch, "lead", "Site 01")
    said = texts(page(app))
    assert "Site 02" not in said
    assert "None so far" not in said


def a_release(sequence: int = 1, **changes: Any) -> Release:
    given = {
        "id": f"{sequence:016x}",
        "before": None,
        "sequence": sequence,
        "policy": "cms",
        "period": "2026-Q2",
        "condition": None,
        "site": None,
        "snapshot": "another",
        "batches": (),
        "version": "1",
        "released_at": "2026-11-01T00:00:00Z",
        "ledger": json.loads(NOTHING_RELEASED.as_json()),
    }
    return Release.model_validate(given | changes)


def test_what_changed_since_the_preview_is_not_recorded(store: Store):
    snapshot = snapshot_of(store)
    pack = packs.drafted(packs.begin(snapshot, EVERYTHING))
    store.add_release(a_release())
    with pytest.raises(PackOutdated, match="another report was released"):
        packs.record(snapshot, EVERYTHING, pack)
    store.take_back_release(a_release().id)
    other = replace(pack, snapshot=pack.snapshot.model_copy(update={"id": "another"}))
    with pytest.raises(PackOutdated, match="a newer snapshot came into force"):
        packs.record(snapshot, EVERYTHING, other)
    assert store.releases() == []
    for _ in range(2):
        packs.record(snapshot, EVERYTHING, pack)
        assert [release.id for release in store.releases()] == [pack.made.manifest.release]


def test_a_reader_is_told_what_changed_since_the_preview(app: AppTest, store: Store):
    previewed(app)
    store.add_release(a_release())
    app.button("record").click().run()
    assert not app.exception
    said = texts(app)
    assert "another report was released, so it was not recorded and nothing was released" in said
    assert len(store.releases()) == 1
    assert app.button("preview").label == "Preview"
    assert not files_offered(app)


def test_no_file_is_handed_out_of_what_was_not_released_or_is_not_kept(store: Store):
    snapshot = snapshot_of(store)
    pack = packs.drafted(packs.begin(snapshot, EVERYTHING))
    with pytest.raises(PackWithheld):
        packs.handed_out(snapshot, pack, packs.zipped)
    packs.record(snapshot, EVERYTHING, pack)
    assert packs.handed_out(snapshot, pack, packs.zipped) == zipped(pack.made.files, PERIOD)
    with pytest.raises(UnknownName):
        packs.handed_out(snapshot_of(store, "Site 01"), pack, packs.zipped)
    assert packs.found(snapshot, EVERYTHING) is not None
    store.remove_snapshot(snapshot.id)
    with pytest.raises(PackWithheld):
        packs.handed_out(snapshot, pack, packs.zipped)
    assert packs.found(snapshot, EVERYTHING) is None


def test_a_store_that_cannot_be_written_says_so(app: AppTest, store: Store, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    previewed(app)
    monkeypatch.setattr(FileLock, "acquire", refuse)
    app.button("record").click().run()
    assert not app.exception
    assert "cannot be written (Read-only file system)" in texts(app)
    assert not files_offered(app)
    assert store.releases() == []


def test_a_store_that_is_busy_says_so_and_nothing_is_given(app: AppTest, store: Store, lines):
    previewed(app)
    with store.held():
        app.button("record").click().run()
    assert not app.exception
    assert "Another command is writing to the store" in texts(app)
    assert not files_offered(app)
    assert store.releases() == []
    assert lines()[-1]["event"] != "released"
    assert "Another command" not in texts(app.run())


def test_a_report_that_may_not_be_made_any_more_says_why(app: AppTest, store: Store):
    ledger = json.loads(NOTHING_RELEASED.as_json()) | {"pools": {"depression": [["2027-Q1"]]}}
    store.add_release(a_release(ledger=ledger))
    said = texts(page(app))
    assert "Outcomes of courses started in 2027-Q1 were released under the cms policy already" in said
    assert "preview" not in [button.key for button in app.button]


@pytest.mark.parametrize(
    ("released", "said"),
    [({"policy": "nhs"}, "reports under the nhs policy"), ({"site": "Site 02"}, "reports of single sites")],
)
def test_a_report_from_which_others_could_be_subtracted_is_not_even_previewed(
    app: AppTest, store: Store, released, said
):
    store.add_release(a_release(**released))
    shown = texts(page(app))
    assert f"This store has released {said}, and whoever holds one beside this report" in shown
    assert "None so far" not in shown
    assert "preview" not in [button.key for button in app.button]
    with pytest.raises(BesideOthers):
        packs.begin(snapshot_of(store), EVERYTHING)


def test_a_published_copy_releases_nothing(app: AppTest, store: Store, tmp_path: Path, monkeypatch):
    publish_snapshot(store, tmp_path / "published")
    copy = Store(tmp_path / "published")
    snapshot = snapshot_of(copy)
    assert offers.policies(snapshot) == ("internal",)
    with pytest.raises(NotTheStore, match="outcomes report 2026-Q3 --policy cms"):
        packs.begin(snapshot, EVERYTHING)
    monkeypatch.setenv("OUTCOMES_STORE", str(copy.folder))
    said = texts(page(app))
    assert app.radio("report_policy").options == ["Internal"]
    assert "<code>outcomes report 2026-Q3 --policy cms --formats pdf,xlsx,pptx,csv --paper a4</code>" in said


def test_where_no_report_can_be_made_it_is_said_why(app: AppTest, store: Store, tmp_path: Path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(offers, "periods", lambda _: offers.Periods({}))
        said = texts(page(app))
    assert "No course has a quarter or a year" in said
    assert not app.get("popover")
    publish_snapshot(store, tmp_path / "published")
    monkeypatch.setenv("OUTCOMES_STORE", str(tmp_path / "published"))
    monkeypatch.setattr(Snapshot, "policy", property(lambda _: policy_named("cms")))
    assert "cannot be made of a published copy" in texts(page(app))
    assert not app.get("popover")


def test_where_the_program_hides_small_numbers_so_do_its_reports(store: Store, monkeypatch):
    monkeypatch.setattr(Snapshot, "policy", property(lambda _: policy_named("nhs")))
    snapshot = snapshot_of(store)
    assert offers.policies(snapshot) == ("nhs",)
    for policy in ("internal", "cms"):
        with pytest.raises(UnknownName):
            packs.begin(snapshot, replace(EVERYTHING, policy=policy))


def test_a_failure_that_no_reader_can_mend_is_told_without_its_trace(store: Store, monkeypatch, caplog):
    def fail(*_: object) -> object:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(releasing, "made_pack", fail)
    making = packs.begin(snapshot_of(store), EVERYTHING)
    with pytest.raises(OutcomesError, match="could not be made") as told:
        packs.drafted(making)
    assert "a bug" not in str(told.value)
    assert "a bug" in caplog.text
    assert packs.begin(snapshot_of(store), EVERYTHING) is not making


@pytest.fixture
def years(tmp_path: Path) -> Path:
    """A small store that knows years alone, the only one of them not over."""
    folder = tmp_path / "years"
    folder.mkdir()
    (folder / "program.toml").write_text('privacy_mode = "safe_harbor"\n')
    courses = "".join(f"C{i},depression,2026-Q{1 + i % 3}\n" for i in range(60))
    scores = "".join(f"C{i},PHQ-9,-1,18\nC{i},PHQ-9,24,{6 + i % 9}\n" for i in range(60))
    infusions = "".join(f"C{i},0\n" for i in range(60))
    (folder / "courses.csv").write_text(f"course_id,conditions,quarter\n{courses}")
    (folder / "scores.csv").write_text(f"course_id,scale,days_from_start,total\n{scores}")
    (folder / "infusions.csv").write_text(f"course_id,days_from_start\n{infusions}")
    files = [str(folder / f"{name}.csv") for name in ("courses", "infusions", "scores")]
    places = ["--store", str(folder / "store"), "--config", str(folder / "program.toml")]
    assert main(["import", *files, "--data-through", "2026-11-15", *places]) == 0
    assert main(["build", *places]) == 0
    return folder / "store"


def test_where_years_alone_are_known_a_year_is_offered_as_provisional(app: AppTest, years: Path, monkeypatch):
    monkeypatch.setenv("OUTCOMES_STORE", str(years))
    said = texts(page(app))
    assert app.selectbox("report_period").options == ["2026, not over yet: outcomes of 2026 (provisional)"]
    assert "A report for 2026 tells the outcomes of courses started in 2026 (provisional)" in said
    assert "Outcomes over a year" not in said
    assert [radio.key for radio in app.radio] == ["report_policy", "report_paper"]
    assert "A preview: not recorded as released" in texts(previewed(app))
