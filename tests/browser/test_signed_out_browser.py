"""Who is taken out of access.toml, or signs out, is out of every page that stands open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from clinics import LEAD, RULES, SEES_NOTHING, Clinic, sign_out, signed_in
from findings import axe_findings
from visits import settle

pytestmark = pytest.mark.browser


@pytest.fixture
def rules(clinic: Clinic) -> Iterator[Path]:
    """access.toml, to be changed; afterwards as it was."""
    yield clinic.access
    clinic.access.write_text(RULES)


def test_who_is_taken_out_of_access_toml_is_out_at_the_next_click(browser, clinic: Clinic, rules: Path):
    with signed_in(browser, clinic, LEAD, "/response?condition=depression") as page:
        page.get_by_text("Download and link", exact=True).click()
        page.get_by_role("button", name="Download CSV").wait_for()
        settle(page)
        rules.write_text(RULES.replace("medical.director", "someone"))
        page.get_by_role("button", name="Download CSV").click()
        page.get_by_text("Failed to generate file for download").wait_for()
        page.get_by_role("link", name="Onset", exact=True).click()
        page.get_by_role("heading", name="Not open to this account").wait_for()
        settle(page)
        assert not page.locator(".js-plotly-plot").count()
        assert not SEES_NOTHING.search(page.locator("[data-testid=stMain]").inner_text().encode())
        rules.write_text("people = 3")
        page.reload()
        settle(page)
        assert page.locator("h1").inner_text() == "Access is not set up rightly"
        assert "people" not in page.locator("[data-testid=stMain]").inner_text()
        assert not axe_findings(page)
        rules.write_text(RULES.replace('"Site 01"', '"Nowhere"'))
        page.reload()
        page.get_by_text("None of the sites that you may see is in this snapshot").wait_for()
        settle(page)
        assert not axe_findings(page)
        rules.write_text(RULES)
        page.reload()
        settle(page)
        assert page.locator("h1").inner_text() == "Onset"
    assert "download" not in [line["event"] for line in clinic.lines()[-6:]]


def test_signing_out_closes_the_pages_left_open_in_other_tabs(browser, clinic: Clinic):
    with signed_in(browser, clinic, LEAD) as page:
        other = page.context.new_page()
        other.goto(f"{clinic.address}/response")
        settle(other)
        assert other.locator("h1").inner_text() == "Response"
        cookies = page.context.cookies()
        sign_out(page, "Sign out")
        other.get_by_role("heading", name="Sign in to read outcomes").wait_for(timeout=40_000)
        settle(other)
        assert not other.locator(".js-plotly-plot").count()
        kept = browser.new_context()
        kept.add_cookies(cookies)
        copied = kept.new_page()
        copied.goto(clinic.address)
        settle(copied)
        assert copied.locator("h1").inner_text() == "Sign in to read outcomes"
        kept.close()
