"""Which snapshot a reader is shown while snapshots come and go."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import texts

from dashboard.shown import Shown, moved, shown_snapshot
from pipelines.build import build
from pipelines.manifests import SnapshotManifest
from pipelines.settings import Settings, read_settings
from pipelines.store import Store
from pipelines.words.snapshots import offer_words

KEPT = ("old", "new")


def test_a_reader_begins_with_the_snapshot_in_force():
    assert shown_snapshot(None, "store", "new", None, KEPT) == Shown("store", "new")


def test_a_page_that_is_read_stays_as_it_is_when_another_comes_into_force():
    before = shown_snapshot(None, "store", "old", None, KEPT)
    assert shown_snapshot(before, "store", "new", None, KEPT).id == "old"


def test_the_offer_leads_to_the_one_in_force():
    assert moved(Shown("store", "old"), "new") == Shown("store", "new")


def test_a_link_leads_to_the_snapshot_that_it_names_and_says_so_in_the_address():
    linked = shown_snapshot(None, "store", "new", "old", KEPT)
    assert (linked.id, linked.is_linked) == ("old", True)


def test_a_link_to_the_snapshot_in_force_is_a_page_like_any_other():
    linked = shown_snapshot(None, "store", "new", "new", KEPT)
    assert (linked.id, linked.is_linked) == ("new", False)


def test_a_link_is_followed_once():
    linked = shown_snapshot(None, "store", "new", "old", KEPT)
    taken_up = moved(linked, "new")
    assert shown_snapshot(taken_up, "store", "new", "old", KEPT).id == "new"


@pytest.mark.parametrize("link", ["gone", "", "../../etc", "old/../new"])
def test_a_link_to_what_is_not_kept_shows_the_one_in_force_and_says_so(link: str):
    shown = shown_snapshot(None, "store", "new", link, KEPT)
    assert (shown.id, shown.lost, shown.was_shown) == ("new", link, False)


def test_a_snapshot_that_is_no_longer_kept_is_left_at_once():
    shown = shown_snapshot(Shown("store", "forgotten"), "store", "new", None, KEPT)
    assert (shown.id, shown.lost, shown.was_shown) == ("new", "forgotten", True)


def test_another_store_is_begun_anew():
    assert shown_snapshot(Shown("elsewhere", "old"), "store", "new", None, KEPT) == Shown("store", "new")


def manifest(snapshot_id: str, day: int) -> SnapshotManifest:
    return SnapshotManifest.model_construct(
        id=snapshot_id, built_at=datetime(2026, 11, day, 9, 5, tzinfo=UTC), data_through=date(2026, 11, day - 1)
    )


def test_the_offer_says_which_is_in_force_and_which_is_shown():
    first, second = manifest("first", 20), manifest("second", 28)
    assert offer_words(first, second) == (
        "A new snapshot is in force, built 2026-11-28 09:05 from data through 2026-11-27. "
        "This page still shows the one built 2026-11-20 09:05 from data through 2026-11-19."
    )
    assert offer_words(second, first).startswith("The program went back to the snapshot built 2026-11-20 09:05")


@pytest.fixture(scope="module")
def two_snapshots(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, str, str]:
    """A store with an earlier and a later snapshot."""
    folder = tmp_path_factory.mktemp("two") / "store"
    shutil.copytree(store_folder, folder)
    store = Store(folder)
    first = store.current_id()
    _, definitions = read_settings(None)
    second = build(store, Settings(program="Renamed program"), definitions, lambda _: None).id
    return store, first, second


@pytest.fixture
def page(app: AppTest, two_snapshots: tuple[Store, str, str], monkeypatch: pytest.MonkeyPatch) -> AppTest:
    store, first, _ = two_snapshots
    store.put_in_force(first)
    monkeypatch.setenv("OUTCOMES_STORE", str(store.folder))
    return app


def test_a_new_snapshot_and_a_rollback_are_offered(page: AppTest, two_snapshots: tuple[Store, str, str]):
    store, first, second = two_snapshots
    assert "is in force" not in texts(page.run())
    store.put_in_force(second)
    said = texts(page.run())
    assert "A new snapshot is in force" in said
    assert f"{first[:8]}</span>" in said
    said = texts(page.button(key="take_up").click().run())
    assert "is in force" not in said
    assert "Renamed program" in said
    store.put_in_force(first)
    assert "The program went back to the snapshot built" in texts(page.run())


def test_a_linked_snapshot_stays_in_the_address_until_it_is_left(page: AppTest, two_snapshots: tuple[Store, str, str]):
    _, first, second = two_snapshots
    page.query_params["snapshot"] = second
    assert "Renamed program" in texts(page.run())
    assert page.query_params["snapshot"] in (second, [second])
    said = texts(page.button(key="take_up").click().run())
    assert f"{first[:8]}</span>" in said
    assert "snapshot" not in page.query_params


def test_a_link_to_a_damaged_snapshot_is_said_and_the_one_in_force_shown(
    page: AppTest, two_snapshots: tuple[Store, str, str]
):
    store, first, _ = two_snapshots
    damaged = store.snapshots_folder / "0123456789abcdef"
    damaged.mkdir()
    (damaged / "published.duckdb").write_bytes(b"not a database")
    page.query_params["snapshot"] = damaged.name
    said = texts(page.run())
    shutil.rmtree(damaged)
    assert "The snapshot that the link names is not kept here any more" in said
    assert f"{first[:8]}</span>" in said


def test_the_link_of_a_page_names_its_snapshot(page: AppTest, two_snapshots: tuple[Store, str, str]):
    _, first, _ = two_snapshots
    page.run()
    page.session_state["part_download_overview"] = True
    page.run()
    assert page.code[0].value.endswith(f"?snapshot={first}")
