"""How quick the dashboard is in a real browser, beside the same questions answered naively, and with fifty readers.

Run with ``make bench``. Clicks on filters are timed in Chromium until the page has been painted anew
(tests/benchmark/repaint.py), on the sample data and in turn with a page that reads the files with pandas on each run
and draws Plotly's default charts (tests/benchmark/naive_page.py).

The dashboard is served as its users serve it: once it listens, it makes ready what is often chosen
(dashboard/warming.py), and clicks begin when it says so. The first visit of a selection is told apart from later, warm
ones; one of them, two sites together, is never made ready. Cold is the first visit on a server that made nothing ready.
Processor time stands beside the clock's: on a busy machine it is the steadier.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import sample_data
from tests.benchmark.many_readers import read_at_once
from tests.benchmark.repaint import FirstPaint, Repaint, chromium, opened, timed
from tests.benchmark.serving import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

PAGES = {"Overview": "", "Response": "response", "Onset": "onset"}
CANONICAL = Path(sample_data.__file__).with_name("canonical")
WARM_ROUNDS, FIRST_PAINTS = 3, 6
READERS = 50
CONDITIONS = ("Depression", "Anxiety", "Chronic pain", "Chronic pain")
SITES = ("Site 01", "Site 02", "Site 02", "Site 01")
QUARTERS = ("2024-Q1", "2025-Q1", "2022-Q4")
"""What is clicked: the second click on an option clears it, and the last quarter is the first there is."""
LIMITS = {"ms to repaint, 95th percentile": 350.0, "ms to the first paint, 95th percentile": 2500.0}

Click = Callable[[], None]
Rounds = list[list[Repaint]]


def main() -> int:
    """Prints the figures and says which limit is exceeded."""
    print(f"Load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
    with tempfile.TemporaryDirectory() as name:
        store = Path(name) / "store"
        make_store(store)
        environment = {"OUTCOMES_STORE": str(store)}
        with serving(["dashboard"], environment, "--server.disconnectedSessionTTL=2") as server:
            began = time.monotonic()
            naive_app = serving(["streamlit", "run", "tests/benchmark/naive_page.py"], {"NAIVE_CSV": str(CANONICAL)})
            with naive_app as naive, chromium() as browser:
                paints = first_paints(browser, server, naive)
                server.wait_until_it_says("is ready to be read")
                ready = time.monotonic() - began, server.cpu_seconds(), server.memory_mb()
                ours, theirs = clicks(browser, server, naive)
            readers = read_at_once(server, READERS)
        with serving(["streamlit", "run", "dashboard/app.py"], environment) as unready, chromium() as browser:
            cold = cold_clicks(browser, unready)
    figures = [say_clicks(ours, theirs, cold), say_first_paints(*paints)]
    print("Made ready {:,.0f} s after the server listened; {:,.0f} s of processor time, {:,.0f} MB.".format(*ready))
    print(readers.in_words())
    exceeded = bool(readers.errors)
    for (what, limit), figure in zip(LIMITS.items(), figures, strict=True):
        exceeded |= figure > limit
        print(f"{figure:,.0f} {what} (at most {limit:,.0f}){': EXCEEDED' if figure > limit else ''}")
    return int(exceeded)


def make_store(folder: Path) -> None:
    """A store of the sample data with a snapshot in force."""
    from pipelines.build import build
    from pipelines.settings import read_settings
    from pipelines.sources.intake import import_files
    from pipelines.sources.options import ImportOptions
    from pipelines.store import Store
    from sample_data.calibration import data_through

    settings, definitions = read_settings(None)
    store = Store(folder)
    import_files(store, [CANONICAL], ImportOptions(data_through=data_through()), settings, definitions, lambda _: None)
    build(store, settings, definitions, lambda _: None)


def first_paints(browser: Browser, server: Server, naive: Server) -> tuple[list[FirstPaint], list[FirstPaint]]:
    """The Overview and the naive page opened by readers whose browsers know nothing; the very first comes first."""
    ours, theirs = [], []
    for _ in range(FIRST_PAINTS + 1):
        for found, served in ((ours, server), (theirs, naive)):
            with opened(browser, served.address()) as (_, paint):
                found.append(paint)
    return ours, theirs


def clicks(
    browser: Browser, server: Server, naive: Server
) -> tuple[dict[str, list[list[Repaint]]], list[list[Repaint]]]:
    """What each round of clicks took, for each page of ours and for the naive one, in turn."""
    ours: dict[str, Rounds] = {name: [] for name in PAGES}
    theirs: Rounds = []
    with opened(browser, naive.address()) as (naive_page, _):
        for name, path in PAGES.items():
            with opened(browser, server.address(path)) as (page, _):
                for _ in range(WARM_ROUNDS + 1):
                    ours[name].append([timed(page, server, click) for click in our_clicks(page)])
                    theirs.append([timed(naive_page, naive, click) for click in naive_clicks(naive_page)])
    return ours, theirs


def cold_clicks(browser: Browser, server: Server) -> list[Repaint]:
    """What the same clicks took where nothing was ready and nobody had clicked before."""
    found = []
    for path in PAGES.values():
        with opened(browser, server.address(path)) as (page, _):
            found += [timed(page, server, click) for click in our_clicks(page)]
    return found


def our_clicks(page: Page) -> Iterator[Click]:
    """Condition, site and quarter, chosen and cleared again; what only opens a menu is not timed."""
    for chip, labels in {"condition": CONDITIONS, "site": SITES}.items():
        for label in labels:
            yield pill(popover(page, chip), label)
        page.keyboard.press("Escape")
    for quarter in QUARTERS:
        popover(page, "quarters")
        yield option(page, page.locator(".st-key-filter_from"), quarter)
    page.keyboard.press("Escape")


def naive_clicks(page: Page) -> Iterator[Click]:
    """The same on the naive page."""
    for label in (*CONDITIONS, *SITES):
        yield pill(page.get_by_test_id("stSidebar"), label.lower().replace("site", "Site").replace(" pain", "_pain"))
    for quarter in QUARTERS:
        yield option(page, page.get_by_test_id("stSelectbox").first, quarter)


def popover(page: Page, chip: str) -> Locator:
    """The open menu of one of the filters."""
    body = page.get_by_test_id("stPopoverBody")
    if not body.count():
        page.locator(f".st-key-open_{chip} button").first.click()
        body.wait_for()
    return body


def pill(within: Locator, label: str) -> Click:
    """A click on an option that stands open."""
    return within.get_by_test_id("stButtonGroup").get_by_text(label).first.click


def option(page: Page, box: Locator, quarter: str) -> Click:
    """A click on an option of a select box, which is opened before."""
    box.locator("input").click()
    found = page.get_by_role("option").filter(has_text=quarter).first
    found.wait_for()
    return found.click


def say_clicks(ours: dict[str, Rounds], theirs: Rounds, cold: Sequence[Repaint]) -> float:
    """Prints what clicks took; gives the 95th percentile of ours, warm."""
    print(f"\n{'A filter clicked until painted, ms':38}{'median':>8}{'95 %':>8}{'server':>9}{'browser':>9}  processor")
    first, warm = ([click for rounds in ours.values() for click in rounds[0]], _later(*ours.values()))
    for name, rounds in ours.items():
        _line(f"{name}, warm", _later(rounds))
        _line(f"{name}, first visit, made ready", rounds[0])
    naive = _later(theirs)
    shown = {"warm": warm, "first visit, made ready": first, "cold, nothing ready": cold}
    for what, found in shown.items():
        _line(f"all three, {what}", found)
    _line("the naive page", naive)
    for what, found in shown.items():
        times = _median(naive) / _median(found)
        work = np.mean([c.server + c.browser for c in naive]) / np.mean([c.server + c.browser for c in found])
        print(f"The naive page took {times:.1f} times as long as ours {what}, and {work:.1f} times the processor time.")
    return float(np.percentile([click.wall for click in warm], 95))


def _later(*pages: Rounds) -> list[Repaint]:
    return [click for rounds in pages for found in rounds[1:] for click in found]


def _median(found: Sequence[Repaint]) -> float:
    return float(np.median([click.wall for click in found]))


def _line(what: str, found: Sequence[Repaint]) -> None:
    wall = [click.wall for click in found]
    server, browser = (np.mean([getattr(click, side) for click in found]) for side in ("server", "browser"))
    print(f"{what:38}{np.median(wall):8,.0f}{np.percentile(wall, 95):8,.0f}{server:9,.0f}{browser:9,.0f}")


def say_first_paints(ours: Sequence[FirstPaint], theirs: Sequence[FirstPaint]) -> float:
    """Prints first paints; gives the 95th percentile of the title of ours, the very first reader's among them."""
    print(f"\n{'A page opened with an empty cache, ms':38}{'title':>8}{'whole':>8}")
    for what, found in (("Overview", ours), ("the naive page", theirs)):
        print(f"{what + ', first reader':38}{found[0].title:8,.0f}{found[0].whole:8,.0f}")
        title, whole = (np.median([getattr(paint, part) for paint in found[1:]]) for part in ("title", "whole"))
        print(f"{what + ', later, median':38}{title:8,.0f}{whole:8,.0f}")
    return float(np.percentile([paint.title for paint in ours], 95))


if __name__ == "__main__":
    sys.exit(main())
