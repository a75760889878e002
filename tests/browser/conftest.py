"""A Chrome or Chromium, and the dashboard on the sample data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from chromes import FLAGS, found_chrome
from clinics import Clinic, open_clinic, providing
from served import serving


@pytest.fixture(scope="session")
def chrome() -> str:
    """The path of a browser; none is a failure where the tests must run, else a skip."""
    if found := found_chrome():
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("no Chrome or Chromium found, and the browser tests must run here")
    pytest.skip("no Chrome or Chromium found: install one to run the browser tests")


@pytest.fixture(scope="session")
def port(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The dashboard on the sample data."""
    with serving(store_folder, tmp_path_factory.mktemp("browser-log") / "streamlit.log") as number:
        yield number


@pytest.fixture(scope="module")
def browser(chrome: str):
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chrome, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def clinic(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """The dashboard on the sample data, behind a proxy, with a provider to sign in with."""
    if not find_spec("oidc_provider_mock"):
        pytest.skip("no provider to sign in with: install the development extra")
    folder = tmp_path_factory.mktemp("clinic")
    with providing(folder / "provider") as provider, open_clinic(provider, store_folder, folder) as opened:
        yield opened
