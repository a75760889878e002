"""What is made ready is exactly what the pages then ask for."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from threading import Thread

import pytest

from dashboard import reading, warming
from dashboard.choices import Choices, Options, address_of
from dashboard.reading import TABLES_KEPT, Snapshot
from pipelines.store import Store

PAGES = ("views/response.py", "views/onset.py", "views/durability.py", "views/overview.py")
OPTIONS = Options(
    ("depression", "anxiety"), ("2024-Q4", "2025-Q1", "2025-Q2", "2026-Q1", "not recorded"), ("North", "South"), ()
)


@pytest.fixture
def snapshot(store_folder: Path) -> Snapshot:
    return Snapshot(str(store_folder), Store(store_folder).current_id())


def test_pages_ask_for_nothing_that_is_not_ready(app, snapshot, monkeypatch):
    options = snapshot.options()
    for choices in (likely := some_of_each(warming.likely_choices(options))):
        for ask in warming.asked_of(choices, options):
            ask(snapshot)
    made = []
    for name in ("result", "change_result", "seen_count"):
        monkeypatch.setattr(reading, name, noting(made, getattr(reading, name)))
    for choices in likely:
        app.query_params.clear()
        app.query_params.update(address_of(choices))
        app.run()
        for page in PAGES:
            app.switch_page(page)
            app.query_params.update(address_of(choices))
            app.run()
            assert not app.exception
            assert app.session_state["choices"] == choices
            assert not made, f"{page} at {address_of(choices)} waited for {made}"


def some_of_each(likely: list[Choices]) -> list[Choices]:
    """Everything, a condition, a year that is quick to make, and a site."""
    names = ("condition", "quarters", "site")
    return [likely[0], *(next(choices for choices in likely if getattr(choices, name)) for name in names)]


def noting(made: list[object], make):
    def noted(*asked, **further):
        made.append(asked)
        return make(*asked, **further)

    return noted


def test_everything_is_made_first_then_conditions_years_and_sites():
    assert [address_of(choices) for choices in warming.likely_choices(OPTIONS)] == [
        {},
        {"condition": ["depression"]},
        {"condition": ["anxiety"]},
        {"from": ["2026-Q1"], "to": ["2026-Q1"]},
        {"from": ["2025-Q1"], "to": ["2026-Q1"]},
        {"site": ["North"]},
        {"site": ["South"]},
    ]


def test_making_ready_stops_where_another_snapshot_came_into_force(snapshot, monkeypatch):
    asked = []
    monkeypatch.setattr(warming, "asked_of", lambda *_: [asked.append] * 5)
    assert not warming.make_ready(snapshot, is_wanted=lambda: len(asked) < 2)
    assert len(asked) == 2


def test_what_a_large_program_is_asked_does_not_push_out_what_is_ready(snapshot, monkeypatch):
    asked = []
    monkeypatch.setattr(warming, "asked_of", lambda *_: [asked.append] * TABLES_KEPT)
    assert warming.make_ready(snapshot, is_wanted=lambda: True)
    assert len(asked) == TABLES_KEPT // 2


def test_readers_go_first(monkeypatch):
    monkeypatch.setattr(warming, "_QUIET_SECONDS", 0.01)
    readers, went_on = warming._Readers(), []
    waiting = Thread(target=lambda: (readers.let_by(), went_on.append(True)), daemon=True)
    with readers.served():
        waiting.start()
        waiting.join(timeout=0.1)
        assert not went_on
    waiting.join(timeout=10)
    assert went_on


def test_what_is_loaded_is_not_searched_for_garbage_after_every_run():
    try:
        warming.load()
        assert gc.get_freeze_count() > 100_000
        assert "dashboard.figures.curves" in sys.modules
    finally:
        gc.unfreeze()
