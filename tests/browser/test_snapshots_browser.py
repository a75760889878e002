"""A page that stays open while snapshots come into force."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from findings import axe_findings
from served import serving
from visits import home, settle, shoot, visit

from pipelines.build import build
from pipelines.settings import Settings, read_settings
from pipelines.store import Store

pytestmark = pytest.mark.browser


def test_a_page_left_open_offers_a_new_snapshot_and_a_rollback(browser, store_folder: Path, tmp_path: Path):
    shutil.copytree(store_folder, tmp_path / "store")
    store = Store(tmp_path / "store")
    first = store.current_id()
    with (
        serving(store.folder, tmp_path / "streamlit.log") as port,
        visit(browser, home(port, "/response?condition=anxiety")) as page,
    ):
        second = build(store, Settings(program="Renamed program"), read_settings(None)[1], lambda _: None).id
        page.wait_for_selector("text=A new snapshot is in force", timeout=40_000)
        assert page.get_by_text(first[:8]).is_visible()
        page.get_by_role("button", name="Show the one in force").click()
        page.wait_for_selector(f"text={second[:8]}")
        settle(page)
        assert not page.get_by_text("is in force").count()
        assert page.url.endswith("/response?condition=anxiety")
        store.put_in_force(first)
        page.wait_for_selector("text=The program went back to the snapshot built", timeout=40_000)
        store.put_none_in_force()
        page.reload()
        page.wait_for_selector("text=has no snapshot yet")
        assert page.locator("h1").inner_text() == "Response"
        assert not axe_findings(page)
        shoot(page, "nothing-published-1440-light.png")
