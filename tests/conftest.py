"""What tests of several folders share."""

import functools
from pathlib import Path

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
