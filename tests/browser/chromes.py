"""Which browser is there, and how it is started for a test."""

from __future__ import annotations

import os
import shutil

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--host-resolver-rules=MAP outcomes.example 127.0.0.1",
]


def found_chrome() -> str | None:
    """The path of a Chrome or Chromium: the one that CHROME_PATH names, else the first that is installed."""
    return os.environ.get("CHROME_PATH") or next((path for name in _NAMES if (path := shutil.which(name))), None)
