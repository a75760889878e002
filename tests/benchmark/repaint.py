"""How long after a click a page has been painted anew, told by the browser itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmark.serving import Server, cpu_seconds, processes_below
from tests.browser.chromes import FLAGS, found_chrome

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUIET_MS = 400
"""A page on which nothing has changed for so long, and whose script is not running, is painted."""

# Every change below the page's main part is followed to the frame that shows it.
_CLOCK = """
(() => {
  const clock = { from: null, painted: null, first: null };
  window.repaint = clock;
  const seen = () => requestAnimationFrame(() => setTimeout(() => {
    clock.painted = performance.now();
    if (clock.first === null && document.querySelector('[data-testid=stMain] h1')) clock.first = clock.painted;
  }, 0));
  new MutationObserver((changes) => {
    if (changes.some((change) => (change.target.closest ? change.target : change.target.parentElement)
        ?.closest('[data-testid=stMain]'))) seen();
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  document.addEventListener('click', () => { clock.from = performance.now(); clock.painted = null; }, true);
})();
"""
_PAINTED = """(quiet) => {
  const app = document.querySelector('[data-testid=stApp]');
  const clock = window.repaint;
  return app?.dataset.testScriptState === 'notRunning' && clock.painted !== null
    && !document.querySelector('[data-testid=stSkeleton]') && performance.now() - clock.painted > quiet;
}"""


@dataclass(frozen=True)
class Repaint:
    """What one click took: milliseconds until the last change was painted, and processor time of both sides."""

    wall: float
    server: float
    browser: float


@dataclass(frozen=True)
class FirstPaint:
    """Milliseconds from the request of a page to its title, and to all of it."""

    title: float
    whole: float


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of its own."""
    from playwright.sync_api import sync_playwright

    path = found_chrome()
    if path is None:
        raise RuntimeError("no Chrome or Chromium found: install one, or name it in CHROME_PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[tuple[Page, FirstPaint]]:
    """A page in a browser that has nothing in its cache, painted."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(_CLOCK)
    page = context.new_page()
    page.goto(address, wait_until="commit")
    _wait(page)
    found = page.evaluate("[window.repaint.first, window.repaint.painted]")
    yield page, FirstPaint(*found)
    context.close()


def timed(page: Page, server: Server, click: Callable[[], None]) -> Repaint:
    """A click, and what it took until the page was painted."""
    before = server.cpu_seconds(), _browser_seconds()
    click()
    _wait(page)
    wall = page.evaluate("window.repaint.painted - window.repaint.from")
    return Repaint(wall, 1000 * (server.cpu_seconds() - before[0]), 1000 * (_browser_seconds() - before[1]))


def _wait(page: Page) -> None:
    page.wait_for_function(_PAINTED, arg=QUIET_MS, timeout=60_000, polling=50)


def _browser_seconds() -> float:
    total = 0.0
    for pid in processes_below(os.getpid())[1:]:
        with suppress(FileNotFoundError, ProcessLookupError):
            if "chrom" in Path(f"/proc/{pid}/comm").read_text():
                total += cpu_seconds(pid)
    return total
