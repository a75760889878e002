"""What tests of several folders share."""

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reference_data import REFERENCE_FOLDER

import sample_data
from pipelines import settings
from pipelines.build import build
from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.sql import runner
from pipelines.store import Store
from sample_data.calibration import data_through


@pytest.fixture(scope="session")
def reference_folder() -> Path:
    """Real data and R results that are not part of the repository; tests that need them skip without."""
    if not REFERENCE_FOLDER.is_dir():
        pytest.skip("reference data not found: set OUTCOMES_REFERENCE to its folder")
    return REFERENCE_FOLDER


@pytest.fixture(scope="session")
def models_read_once():
    """Models are parsed once for many imports and builds; what is run is the same."""
    with pytest.MonkeyPatch.context() as patch:
        read = functools.cache(runner.read_models)
        patch.setattr(runner, "read_models", lambda schemas: read(tuple(schemas)))
        yield


@pytest.fixture(scope="session")
def definitions_read_once():
    """Definitions are read once for many commands; what each command makes of them is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "read_settings", functools.cache(settings.read_settings))
        yield


@pytest.fixture(scope="module")
def packs_made_once() -> Iterator[list[Any]]:
    """The same question of a snapshot is answered once for many tests; what is written of it, and where, is not.

    Yields the questions in the order in which they were asked.
    """
    from pipelines.reports import releasing

    made: dict[Any, Any] = {}
    asked_for: list[Any] = []
    make = releasing.made_pack

    def once(published: Any, asked: Any, letterhead: Any, quality: Any, before: Any, report: Any) -> Any:
        asked_for.append(asked)
        key = (published.manifest.id, asked, letterhead, before.id if before else None)
        if key not in made:
            made[key] = make(published, asked, letterhead, quality, before, report)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(releasing, "made_pack", once)
        yield asked_for


@pytest.fixture(scope="session")
def store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the sample data with a snapshot in force."""
    folder = tmp_path_factory.mktemp("sample") / "store"
    chosen, definitions = read_settings(None)
    store = Store(folder)
    files = Path(sample_data.__file__).with_name("canonical")
    options = ImportOptions(data_through=data_through())
    import_files(store, [files], options, chosen, definitions, lambda _: None)
    build(store, chosen, definitions, lambda _: None)
    return folder
