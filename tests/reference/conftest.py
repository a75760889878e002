import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def reference_folder() -> Path:
    """Real data and R results that are not part of the repository; tests that need them skip without."""
    beside_the_repository = Path(__file__).parents[3] / "shared" / "reference"
    folder = Path(os.environ.get("OUTCOMES_REFERENCE", beside_the_repository))
    if not folder.is_dir():
        pytest.skip("reference data not found: set OUTCOMES_REFERENCE to its folder")
    return folder
