"""A page without a mouse, and on a screen that shows twice as large."""

from __future__ import annotations

from itertools import pairwise

import pytest
from visits import home, open_all_parts, settle, visit

pytestmark = pytest.mark.browser
FOCUSED = """() => { const node = document.activeElement; const style = getComputedStyle(node);
    const box = node.getBoundingClientRect();
    return {name: (node.getAttribute("aria-label") || node.innerText || node.tagName).trim().split("\\n")[0],
        tag: node.tagName, outline: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        hidden: box.bottom < 0 || box.width === 0}; }"""
SMALL_TARGETS = """() => [...document.querySelectorAll(".stApp :is(a, button, summary, [role=tab], [role=radio])")]
    .filter(node => node.checkVisibility() && !node.closest("p, li, dd, [data-testid=stSkipToContent], header"))
    .filter(node => !node.matches("[data-testid=stSkipToContent]"))
    .filter(node => { const box = node.getBoundingClientRect(); return box.width < 24 || box.height < 24; })
    .map(node => node.outerHTML.slice(0, 150))"""


def test_the_keyboard_reaches_everything_in_the_order_of_reading(browser, port: int):
    with visit(browser, home(port, "/onset?condition=depression")) as page:
        page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED)["name"] == "Skip to main content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.tagName") == "H1"
        met = []
        for _ in range(30):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused["tag"] == "BODY":
                break
            assert focused["outline"], focused
            assert not focused["hidden"], focused
            met.append(focused["name"])
        order = ["Depression", "All sites", "More filters", "Response over time", "The numbers", "How this is defined"]
        assert [name for name in met if name in order] == order, met


def test_a_popover_closes_with_escape_and_gives_focus_back(browser, port: int):
    with visit(browser, home(port, "/onset")) as page:
        button = page.get_by_role("button", name="All sites")
        button.focus()
        page.keyboard.press("Enter")
        page.get_by_test_id("stButtonGroup").get_by_text("Site 03").wait_for()
        page.keyboard.press("Escape")
        page.get_by_test_id("stButtonGroup").get_by_text("Site 03").wait_for(state="hidden")
        assert "All sites" in page.evaluate("document.activeElement.innerText")


def test_a_screen_that_shows_twice_as_large_loses_nothing(browser, port: int):
    context = browser.new_context(viewport={"width": 720, "height": 450}, device_scale_factor=2)
    page = context.new_page()
    page.goto(home(port, "/onset?condition=depression&by=site"))
    settle(page)
    open_all_parts(page)
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
    assert not page.evaluate(SMALL_TARGETS)
    table = page.locator(".scroll").first
    assert table.get_attribute("tabindex") == "0"
    assert table.get_attribute("aria-label")
    assert table.locator("caption").count() == 1
    levels = page.locator("h1, h2, h3").evaluate_all("nodes => nodes.map(node => Number(node.tagName[1]))")
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    context.close()
