"""Takes the pictures of the README: the demo's Overview and Onset, light and dark, wide and on a phone.

`make pictures` runs it. It builds the synthetic demo in a folder of its own, serves the dashboard on it, and writes the
pictures beside this file, with few enough colours that a clone stays small. It needs Chrome or Chromium, found by name
or given as CHROME_PATH.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
LABEL = "synthetic demonstration data"
SETTLED = """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stSkeleton]') && document.querySelector('h1')"""
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
COLOURS = 256
BYTES_AT_MOST = 150_000
# Each picture: the page, and how wide and high the window is.
PICTURES = {
    "overview": ("/", 1280, 1040),
    "onset": ("/onset", 1280, 1060),
    "phone": ("/?condition=depression", 390, 1240),
}


def main() -> None:
    """Takes every picture in both themes."""
    chrome = os.environ.get("CHROME_PATH") or next((path for name in CHROMES if (path := shutil.which(name))), None)
    if chrome is None:
        sys.exit("No Chrome or Chromium found: install one, or set CHROME_PATH.")
    with tempfile.TemporaryDirectory() as folder, serving_demo(Path(folder)) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome, args=["--no-sandbox", "--disable-gpu"])
        for name, (path, width, height) in PICTURES.items():
            for theme in THEMES:
                file = FOLDER / (f"{name}.png" if theme == "light" else f"{name}-dark.png")
                file.write_bytes(small(picture(browser, f"http://localhost:{port}{path}", width, height, theme)))
                print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")
                if file.stat().st_size > BYTES_AT_MOST:
                    sys.exit(f"{file.name} is larger than {BYTES_AT_MOST / 1000:.0f} kB: make its window smaller.")
        browser.close()


@contextmanager
def serving_demo(folder: Path) -> Iterator[int]:
    """The dashboard on the demo, on a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    environment = {**os.environ, "OUTCOMES_STORE": str(folder / "store"), "OUTCOMES_AUDIT": str(folder / "audit")}
    demo = [sys.executable, "-c", "from pipelines.cli import main; main()", "demo", "--no-serve"]
    subprocess.run(demo, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    serve = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port)]
    server = subprocess.Popen(serve, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_until_healthy(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_until_healthy(port: int) -> None:
    """Returns once the dashboard answers."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    sys.exit("The dashboard did not start.")


def picture(browser: Browser, address: str, width: int, height: int, theme: Theme) -> bytes:
    """A page as it stands in a window of this size, settled, with the label of synthetic data in sight."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address)
    settle(page)
    if not page.get_by_text(LABEL, exact=True).is_visible():
        sys.exit(f"{address} does not show that its data are synthetic.")
    taken = page.screenshot()
    context.close()
    return taken


def settle(page: Page) -> None:
    """Waits until the page is whole."""
    page.wait_for_function(SETTLED, timeout=90_000)
    page.wait_for_timeout(1_500)


def small(png: bytes) -> bytes:
    """The same picture in few colours."""
    few = Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    out = BytesIO()
    few.save(out, format="PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    main()
