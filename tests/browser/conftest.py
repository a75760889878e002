"""A Chrome or Chromium, a store of the sample data, and the dashboard running on it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import dashboard

ROOT = Path(dashboard.__file__).parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@pytest.fixture(scope="session")
def chrome() -> str:
    """The path of a browser; none is a failure where the tests must run, else a skip."""
    given = os.environ.get("CHROME_PATH")
    found = given or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("no Chrome or Chromium found, and the browser tests must run here")
    pytest.skip("no Chrome or Chromium found: install one to run the browser tests")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def port(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The dashboard, started as its users start it."""
    number = free_port()
    log = tmp_path_factory.mktemp("browser-log") / "streamlit.log"
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(number)]
    with log.open("w") as stream:
        server = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "OUTCOMES_STORE": str(store_folder)},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_healthy(number, server, log)
            yield number
        finally:
            server.terminate()
            server.wait(timeout=20)
    assert "Traceback" not in log.read_text()


def wait_until_healthy(number: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{number}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the dashboard did not start:\n{log.read_text()}")
