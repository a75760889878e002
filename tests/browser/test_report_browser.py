"""The quarterly report in a real browser: looked at, recorded, taken along; and who is led to it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from clinics import ANALYST, LEAD, Clinic, listened, signed_in
from findings import axe_findings
from served import serving
from test_keyboard_browser import SMALL_TARGETS
from visits import home, label_stays_in_sight, open_all_parts, settle, shoot, turn, visit

from pipelines.cli import main
from pipelines.store import Store

pytestmark = pytest.mark.browser
PERIOD = "2026-Q3"
MADE_WITHIN = 240_000


@pytest.fixture(scope="module")
def own(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, int]]:
    """A store of one's own, from which nothing was released, and the port of its dashboard."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copytree(store_folder, folder / "store")
    with serving(folder / "store", folder / "log") as port:
        yield Store(folder / "store"), port


def previewed(page) -> None:
    """Presses the button and waits until the pages are drawn."""
    page.get_by_role("button", name="Preview", exact=True).click()
    page.get_by_role("progressbar").or_(page.get_by_role("heading", name="Take it along")).first.wait_for()
    page.locator("[data-testid=stImage] img").first.wait_for(timeout=MADE_WITHIN)
    settle(page)


def test_a_report_is_looked_at_then_recorded_then_taken_along(browser, own: tuple[Store, int], tmp_path: Path):
    store, port = own
    with visit(browser, home(port, "/report")) as page:
        previewed(page)
        assert not page.get_by_test_id("stDownloadButton").count()
        assert store.releases() == []
        look_at_each(page, "report-preview")
        assert not page.evaluate(SMALL_TARGETS)
        pictures = page.locator("[data-testid=stImage] img")
        assert [picture.get_attribute("alt").split(" as a picture")[0] for picture in pictures.all()] == [
            f"Page 1 of {n_pages(page)} of the report for {PERIOD},",
            f"Contents: page 2 of {n_pages(page)} of the report for {PERIOD},",
        ]
        page.get_by_role("button", name="Later pages").click()
        page.get_by_text(re.compile("Pages 3–4 of")).wait_for()
        page.get_by_role("button", name="Record as released").click()
        page.get_by_text("Recorded as released on").wait_for()
        (release,) = store.releases()
        assert not axe_findings(page)
        taken = {name: took(page, name, tmp_path) for name in ("Everything as ZIP, with its manifest", "PDF")}
    written = tmp_path / PERIOD
    assert main(["--store", str(store.folder), "report", PERIOD, "--out", str(written)]) == 0
    assert [each.id for each in store.releases()] == [release.id]
    zipped, pdf = taken.values()
    assert (zipped.name, pdf.name) == (f"{PERIOD}.zip", f"{PERIOD}.pdf")
    assert pdf.read_bytes() == (written / f"{PERIOD}.pdf").read_bytes()
    with ZipFile(zipped) as archive:
        held = {name.removeprefix(f"{PERIOD}/"): archive.read(name) for name in archive.namelist()}
    assert held == {
        path.relative_to(written).as_posix(): path.read_bytes() for path in written.rglob("*") if path.is_file()
    }
    with visit(browser, home(port, "/report")) as page:
        page.get_by_text("Recorded as released on").wait_for()
        assert page.locator("table").get_by_text(PERIOD).count()


def n_pages(page) -> int:
    return int(page.get_by_text(re.compile(r"Pages 1–2 of \d+")).inner_text().split()[-1])


def look_at_each(page, name: str) -> None:
    """With all its text open, in both widths and themes."""
    open_all_parts(page)
    for width, theme in ((1440, "light"), (1440, "dark"), (390, "dark"), (390, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        turn(page, theme)
        assert not axe_findings(page)
        label_stays_in_sight(page)
        shoot(page, f"{name}-{width}-{theme}.png")
    page.set_viewport_size({"width": 1440, "height": 900})
    settle(page)


def took(page, button: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button, exact=True).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_an_analyst_is_led_to_no_report_and_given_none_by_its_address(browser, clinic: Clinic):
    with signed_in(browser, clinic, ANALYST) as page:
        pages = page.get_by_role("navigation", name="Pages")
        assert pages.get_by_role("link", name="Data quality").count()
        assert not pages.get_by_role("link", name="Quarterly report").count()
        page.goto(f"{clinic.address}/report")
        settle(page)
        assert page.locator("h1").inner_text() == "Not open to your role"
        assert page.get_by_text("ask the outcomes office, outcomes@clinic.example").is_visible()
        assert not page.get_by_role("button", name="Preview").count()
        assert not axe_findings(page)
        pages.get_by_role("link", name="Overview").click()
        settle(page)
        assert page.locator("h1").inner_text() == "Overview"
    refused = [line for line in clinic.lines() if line["event"] == "refused"][-1]
    assert (refused["who"], refused["reason"]) == ("analyst@clinic.example", "no_role")


def test_a_lead_of_one_site_is_sent_the_report_of_that_site_alone(browser, clinic: Clinic):
    with signed_in(browser, clinic, LEAD) as page:
        frames = listened(page)
        page.get_by_role("link", name="Quarterly report").click()
        settle(page)
        page.goto(f"{clinic.address}/report")
        settle(page)
        previewed(page)
        open_all_parts(page)
        sent = b"\n".join(frames)
        assert set(re.findall(rb"Site \d\d", sent)) == {b"Site 01"}
        assert b"Whole program" not in sent
