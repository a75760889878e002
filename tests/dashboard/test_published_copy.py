"""The dashboard over a published copy: it says what it says over the store, without batches and course rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from test_pages import PAGES, texts

from pipelines.publishing import publish_snapshot
from pipelines.store import Store


@pytest.fixture(scope="module")
def copy(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published copy of the sample's store, which is out of reach afterwards."""
    folder = tmp_path_factory.mktemp("host")
    shutil.copytree(store_folder, folder / "store")
    publish_snapshot(Store(folder / "store"), folder / "published")
    shutil.rmtree(folder / "store")
    return folder / "published"


def test_pages_say_what_they_say_over_the_store(app, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {}
    for folder in (None, copy):
        if folder is not None:
            monkeypatch.setenv("OUTCOMES_STORE", str(folder))
        app.run()
        said[folder] = []
        for path in ("views/overview.py", *PAGES.values()):
            app.switch_page(path).run()
            assert not app.exception
            said[folder].append(texts(app))
    assert "synthetic demonstration data" in said[copy][0]
    assert said[copy] == said[None]
