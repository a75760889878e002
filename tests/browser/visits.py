"""How the pages are visited in a real browser, and what holds on each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from findings import axe_findings, figures_out_of_style

import dashboard

ARTEFACTS = Path(dashboard.__file__).parents[1] / "artefacts"
SYNTHETIC = "synthetic demonstration data"
SETTLED = """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stSkeleton]') && document.querySelector('h1')"""
IN_SIGHT = """selector => { const box = document.querySelector(selector).getBoundingClientRect();
    return 0 <= box.left && box.left < box.right && box.right <= innerWidth; }"""
# Streamlit looks for its server below the page's own path first; on any page but the first that gives two 404s.
EXPECTED = ("_stcore/health", "_stcore/host-config")

PAGES = {
    "overview": ("/", "Overview", "Nothing beyond usual variation", 0),
    "response": ("/response", "Response", "234 of 457 followed up", 4),
    "onset": ("/onset", "Onset", "would first record a response between day 9 and day 18", 1),
    "durability": ("/durability", "Durability", "would no longer respond", 1),
    "trajectories": ("/trajectories", "Trajectories", "Scores changed by", 4),
    "lost": ("/lost", "Who was lost", "if those lost were like those who stayed", 3),
    "subgroups": ("/subgroups", "Subgroups", "beyond chance was found", 3),
    "sites": ("/sites", "Sites", "sites with enough followed up lie within the limits of chance", 4),
    "trend": ("/trend", "Trend", "Response varies as it always has", 3),
    "infusions": ("/infusions", "Infusions and safety", "had an adverse event recorded", 5),
    "quality": ("/quality", "Data quality", "2 checks of the data fail", 3),
    "report": ("/report", "Quarterly report", "tells the outcomes of courses started in 2026-Q2 (final)", 0),
    "methods": ("/methods", "Methods", "Every number shown was made", 0),
}


@contextmanager
def visit(browser, address: str, width: int = 1440, theme: str = "light") -> Iterator:
    """A page, settled; afterwards no error may stand in its console and no request may have left the machine."""
    screen = {"width": width, "height": 900}
    context = browser.new_context(viewport=screen, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("requestfailed", lambda request: faults.append(f"failed: {request.url}"))
    page.on(
        "response",
        lambda response: (
            faults.append(f"{response.status} {response.url}")
            if response.status >= 400 and not response.url.endswith(EXPECTED)
            else None
        ),
    )
    page.on(
        "console",
        lambda message: (
            faults.append(message.text)
            if message.type == "error" and not message.location.get("url", "").endswith(EXPECTED)
            else None
        ),
    )
    page.goto(address)
    settle(page)
    yield page
    context.close()
    assert not faults


def settle(page) -> None:
    page.wait_for_function(SETTLED, timeout=45_000)
    page.wait_for_timeout(200)


def home(port: int, path: str = "/") -> str:
    return f"http://localhost:{port}{path}"


def shoot(page, name: str) -> None:
    """The whole page, not only what is in view."""
    ARTEFACTS.mkdir(exist_ok=True)
    size = page.viewport_size
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(height, 900)})
    page.wait_for_timeout(500)
    page.screenshot(path=ARTEFACTS / name)
    page.set_viewport_size(size)


def label_stays_in_sight(page) -> None:
    """What kind of data this is stays in sight at the end of the page, and the page is no wider than the screen."""
    label = page.get_by_text(SYNTHETIC, exact=True).first
    assert label.is_visible()
    main = page.locator("[data-testid=stMain]")
    main.evaluate("main => main.scrollTo(0, main.scrollHeight)")
    page.wait_for_timeout(200)
    assert 0 <= label.bounding_box()["y"] < 120
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")


def walk_tabs(page) -> None:
    """Opens each tab in turn and comes back to the first."""
    tabs = page.get_by_role("tab")
    for i in [*range(1, tabs.count()), *range(min(1, tabs.count()))]:
        tabs.nth(i).click()
        settle(page)
        assert tabs.nth(i).get_attribute("aria-selected") == "true"
        assert not figures_out_of_style(page)
        assert not axe_findings(page)


def walk_choices(page) -> None:
    """Chooses the first condition, each option of each control below; then opens the other filters."""
    with open_filter(page, 0) as part:
        part.get_by_role("radio").first.click()
        page.wait_for_url("**condition=*")
        settle(page)
    walk_controls(page)
    for position in range(1, page.get_by_test_id("stPopoverButton").count()):
        with open_filter(page, position):
            pass


@contextmanager
def open_filter(page, position: int) -> Iterator:
    """What a filter opens: all of it in sight, without anything that axe finds."""
    body = "[data-testid=stPopoverBody]"
    page.get_by_test_id("stPopoverButton").nth(position).click()
    part = page.locator(body)
    part.wait_for()
    settle(page)
    page.wait_for_function(IN_SIGHT, arg=body, timeout=10_000)
    assert not axe_findings(page, body)
    yield part
    page.keyboard.press("Escape")
    part.wait_for(state="hidden")


def walk_controls(page) -> None:
    """Follows each option of each control that is not a filter."""
    controls = page.locator("[role=radiogroup]:not([aria-disabled=true])")
    for i in range(controls.count()):
        options = controls.nth(i).get_by_role("radio")
        for j in [*range(1, options.count()), 0]:
            options.nth(j).click()
            settle(page)
            assert options.nth(j).get_attribute("aria-checked") == "true"
        assert not axe_findings(page)


def open_all_parts(page) -> None:
    closed = page.locator("[data-testid=stExpander] details:not([open]) > summary")
    while closed.count():
        closed.first.click()
        settle(page)


def take_tables(page) -> None:
    """Each table of the page is a file to take along."""
    for button in page.get_by_role("button", name="Download CSV").all():
        with page.expect_download() as waiting:
            button.click()
        assert waiting.value.suggested_filename.endswith(".csv")


def turn(page, theme: str) -> None:
    """The reader's system goes dark or light while the page is open."""
    page.emulate_media(color_scheme=theme)
    ground = {"light": "#FFFFFF", "dark": "#12171D"}[theme]
    style = "getComputedStyle(document.querySelector('.stApp')).getPropertyValue('--page')"
    page.wait_for_function(f"{style} === '{ground}'", timeout=30_000)
    settle(page)
