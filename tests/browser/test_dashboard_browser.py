"""The dashboard in a real browser: filters, tabs, addresses, downloads, and who it refuses."""

from __future__ import annotations

from io import StringIO
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from findings import axe_findings
from proxied import proxy
from visits import SYNTHETIC, home, settle, shoot, visit

from pipelines.filters import Filters
from pipelines.published import open_published
from pipelines.results.onset import onset_times
from pipelines.store import Store

pytestmark = pytest.mark.browser


def test_numbers_at_risk_stand_under_their_ticks(browser, port: int):
    with visit(browser, home(port, "/onset")) as page:
        page.wait_for_selector(".js-plotly-plot .textpoint text", timeout=30_000)
        for width in (1440, 1024, 768, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(1_000)
            numbers_stand_under_their_ticks(page)


def numbers_stand_under_their_ticks(page) -> None:
    centres = """nodes => nodes.map(node => { const box = node.getBoundingClientRect();
        return box.x + box.width / 2; })"""
    ticks = page.locator(".js-plotly-plot .xtick text").evaluate_all(centres)
    numbers = page.locator(".js-plotly-plot .textpoint text").evaluate_all(centres)
    assert len(numbers) == 3 * len(ticks)
    for row in range(3):
        for tick, number in zip(ticks, numbers[row * len(ticks) : (row + 1) * len(ticks)], strict=True):
            assert abs(tick - number) < 1.5
    boxes = page.locator(".js-plotly-plot .textpoint text").evaluate_all(
        "nodes => nodes.map(node => { const box = node.getBoundingClientRect(); return [box.left, box.right]; })"
    )
    for (_, right), (left, _) in pairwise(boxes[: len(ticks)]):
        assert right < left


def test_filters_end_in_the_address_and_stay(browser, port: int):
    with visit(browser, home(port)) as page:
        page.get_by_role("button", name="All conditions").click()
        page.get_by_test_id("stButtonGroup").get_by_text("Depression").click()
        page.wait_for_url("**/?condition=depression")
        settle(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="All sites").click()
        page.get_by_test_id("stButtonGroup").get_by_text("Site 03").click()
        page.wait_for_url("**/?condition=depression&site=Site+03")
        settle(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="More filters").click()
        page.get_by_test_id("stButtonGroup").get_by_text("IV").click()
        page.wait_for_url("**/?condition=depression&site=Site+03&route=iv")
        settle(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="IV").click()
        page.wait_for_url("**/?condition=depression&site=Site+03")
        settle(page)
        page.get_by_role("link", name="Half have responded by (depression)").click()
        page.wait_for_url("**/onset?condition=depression&site=Site+03")
        page.wait_for_selector("text=Half of depression courses at Site 03", timeout=30_000)
        page.get_by_text("Sustained response", exact=True).click()
        page.wait_for_url("**/onset?condition=depression&site=Site+03&kind=sustained")
        settle(page)
        page.reload()
        settle(page)
        page.wait_for_selector("text=depression courses at Site 03 would begin a response", timeout=30_000)
        page.get_by_role("link", name="Overview").click()
        page.wait_for_url("**/?condition=depression&site=Site+03&kind=sustained")
        settle(page)
        assert page.locator("[class*=st-key-row_]").count() == 1
        page.go_back()
        page.wait_for_url("**/onset?condition=depression&site=Site+03&kind=sustained")
        page.wait_for_selector("text=depression courses at Site 03 would begin a response", timeout=30_000)


def test_quarters_stay_when_another_filter_changes_their_numbers(browser, port: int):
    with visit(browser, home(port, "/response")) as page:
        page.get_by_role("button", name="2022-Q4 – 2026-Q3").click()
        page.locator(".st-key-filter_from input").click()
        page.get_by_role("option").filter(has_text="2024-Q1").click()
        page.wait_for_url("**/response?from=2024-Q1&to=2026-Q3")
        settle(page)
        page.keyboard.press("Escape")
        for condition, name in {"All conditions": "depression", "Depression": "anxiety"}.items():
            page.get_by_role("button", name=condition).click()
            page.get_by_test_id("stPopoverBody").get_by_text(name.capitalize()).click()
            page.wait_for_url(f"**/response?condition={name}&from=2024-Q1&to=2026-Q3")
            settle(page)
            page.keyboard.press("Escape")


def test_a_tab_is_made_when_it_is_opened_and_stays_in_the_address(browser, port: int):
    with visit(browser, home(port, "/response?condition=depression")) as page:
        page.get_by_role("tab", name="Infusions received").click()
        page.wait_for_url("**/response?condition=depression&tab=retention")
        page.wait_for_selector("text=received 6 infusions or more")
        page.reload()
        settle(page)
        page.wait_for_selector("text=received 6 infusions or more")
        page.get_by_role("link", name="Onset", exact=True).click()
        page.wait_for_url("**/onset?condition=depression")
        settle(page)
        page.go_back()
        page.wait_for_url("**/response?condition=depression&tab=retention")
        page.wait_for_selector("text=received 6 infusions or more")


@pytest.mark.parametrize(
    ("old", "now", "sentence"),
    [
        ("/recovery", "/response?tab=recovery", "Recovered 32 %"),
        ("/early_improvement?condition=anxiety", "/onset?condition=anxiety&tab=early", "of 100 responded"),
        ("/suicidality", "/infusions?tab=suicidality", "no ideation any more 43 %"),
    ],
)
def test_an_address_that_was_a_page_leads_to_its_tab(browser, port: int, old: str, now: str, sentence: str):
    with visit(browser, home(port, old)) as page:
        page.wait_for_url(f"**{now}")
        page.wait_for_selector(f"text={sentence}", timeout=30_000)


def test_going_back_takes_back_the_choices_even_the_first(browser, port: int):
    with visit(browser, home(port, "/response")) as page:
        page.get_by_role("button", name="All conditions").click()
        page.get_by_test_id("stButtonGroup").get_by_text("Anxiety").click()
        page.wait_for_url("**/response?condition=anxiety")
        page.wait_for_selector("text=453 of 1,376 first courses")
        page.go_back()
        page.wait_for_url("**/response")
        page.wait_for_selector("text=1,376 of 1,376 first courses")
        page.go_forward()
        page.wait_for_url("**/response?condition=anxiety")
        page.wait_for_selector("text=453 of 1,376 first courses")


def test_the_index_leads_to_a_section_and_entries_open(browser, port: int):
    with visit(browser, home(port, "/methods")) as page:
        page.get_by_role("link", name="Scales", exact=True).click()
        page.wait_for_timeout(400)
        heading = page.get_by_role("heading", name="Scales", exact=True)
        assert 0 <= heading.bounding_box()["y"] < 300
        page.locator("details#scale-PHQ-9 summary").click()
        assert page.get_by_text("At least 10 at baseline").is_visible()


def test_the_download_is_the_result(browser, port: int, store_folder: Path):
    with visit(browser, home(port, "/onset?condition=chronic_pain&by=route")) as page:
        for name in ("The numbers", "How this is defined", "Download and link"):
            page.get_by_text(name, exact=True).click()
            settle(page)
        page.wait_for_selector("table.numbers")
        page.wait_for_selector("text=Dworkin 2008")
        shoot(page, "onset-1440-opened.png")
        link = page.get_by_test_id("stCode").inner_text().strip()
        assert link == f"{page.url}&snapshot={Store(store_folder).current_id()}"
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download CSV").click()
        read = pd.read_csv(StringIO(Path(waiting.value.path()).read_text(encoding="utf-8")))
    published = open_published(Store(store_folder))
    expected = onset_times(published, Filters(condition=("chronic_pain",)), ["route"])
    published.close()
    assert set(read["snapshot"]) == {published.manifest.id}
    assert list(read["statistic"]) == list(expected["statistic"])
    for column in ("n_started", "n_responded", "estimate", "lower", "upper"):
        left, right = (frame[column].astype(float).to_numpy() for frame in (read, expected))
        assert left == pytest.approx(right, nan_ok=True)


def test_a_proxy_on_the_same_machine_is_refused(browser, port: int):
    with proxy(port) as proxied, visit(browser, home(proxied)) as page:
        assert page.locator("h1").inner_text() == "Not open to this address"
        assert page.get_by_text("A proxy passed the request on.").is_visible()
        assert not page.locator(".js-plotly-plot").count()
        assert not axe_findings(page)
        shoot(page, "refused-1440-light.png")


def test_a_foreign_host_sees_no_number(browser, port: int):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://outcomes.example:{port}/")
    page.wait_for_timeout(3000)
    said = page.locator("body").inner_text()
    context.close()
    assert "Overview" not in said
    assert SYNTHETIC not in said
