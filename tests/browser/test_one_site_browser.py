"""A lead of one site is sent that site alone, whatever is opened, asked for in the address, or downloaded."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from clinics import LEAD, Clinic, listened, signed_in, started
from visits import PAGES, settle

from pipelines.published import open_published
from pipelines.store import Store

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def other_sites(store_folder: Path) -> re.Pattern[bytes]:
    """The names of all sites but the lead's."""
    published = open_published(Store(store_folder))
    names = [name for name in published.options("site") if name != "Site 01"]
    published.close()
    assert len(names) > 3
    return re.compile("|".join(map(re.escape, names)).encode())


def test_a_site_lead_is_sent_one_site_on_every_page(browser, clinic: Clinic, other_sites: re.Pattern[bytes]):
    with signed_in(browser, clinic, LEAD) as page:
        frames = listened(page)
        for path, title, *_ in PAGES.values():
            page.goto(f"{clinic.address}{path}?by=site&condition=depression")
            settle(page)
            assert page.locator("h1").inner_text() == title
        page.goto(f"{clinic.address}/response")
        settle(page)
        for part in ("Numbers: response rates", "How this is defined"):
            page.get_by_text(part, exact=True).click()
            settle(page)
        page.get_by_role("button", name="Your site: Site 01").click()
        page.get_by_test_id("stButtonGroup").get_by_text("Site 01").wait_for()
        assert not other_sites.search(page.content().encode())
        sent = b"\n".join(frames)
        assert b"Site 01" in sent
        assert {found.decode() for found in other_sites.findall(sent)} == set()


def test_no_address_and_no_download_leads_to_another_site(browser, clinic: Clinic, other_sites: re.Pattern[bytes]):
    with signed_in(browser, clinic, LEAD, "/response?condition=depression&by=site") as page:
        own = started(page)
        for trick in ("site=Site+03", "site=Site+01&site=Site+03", "site=", "site=%25", "site=Site+01%27+or+1=1"):
            page.goto(f"{clinic.address}/response?condition=depression&by=site&{trick}")
            settle(page)
            assert started(page) == own
            assert "Site+03" not in page.url
        page.get_by_text("Download and link", exact=True).click()
        settle(page)
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download CSV").click()
        text = Path(waiting.value.path()).read_text(encoding="utf-8")
        assert not other_sites.search(text.encode())
        assert set(pd.read_csv(StringIO(text))["site"]) == {"Site 01"}
    download = clinic.lines()[-1]
    assert (download["event"], download["who"], download["page"], download["filters"]) == (
        "download",
        "medical.director@clinic.example",
        "Response",
        {"condition": ["depression"], "by": ["site"]},
    )
    assert str(download["file"]).startswith("response-")
