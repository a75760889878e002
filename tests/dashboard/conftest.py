"""One store of the sample data for all dashboard tests, and a reader who may see it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import access
from pipelines.published import Published, open_published
from pipelines.store import Store

APP = Path(access.__file__).with_name("app.py")
LOCAL = access.Request("127.0.0.1", {"Host": "localhost:8501"})


@pytest.fixture(scope="session")
def published(store_folder: Path) -> Published:
    return open_published(Store(store_folder))


@pytest.fixture
def request_of_reader(monkeypatch: pytest.MonkeyPatch):
    def be(request: access.Request) -> None:
        monkeypatch.setattr(access, "current_request", lambda: request)

    return be


@pytest.fixture
def app(store_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request_of_reader) -> AppTest:
    monkeypatch.setenv("OUTCOMES_STORE", str(store_folder))
    monkeypatch.setenv("OUTCOMES_AUDIT", str(tmp_path / "audit"))
    request_of_reader(LOCAL)
    return AppTest.from_file(str(APP), default_timeout=60)


@pytest.fixture(autouse=True)
def no_leftovers():
    main = sys.modules["__main__"]
    yield
    # A page under test takes this name; processes that later tests start would run it.
    sys.modules["__main__"] = main
    st.cache_data.clear()
    st.cache_resource.clear()
