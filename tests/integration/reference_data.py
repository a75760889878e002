"""Where real data and R results stand that are not part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

REFERENCE_FOLDER = Path(os.environ.get("OUTCOMES_REFERENCE", Path(__file__).parents[3] / "shared" / "reference"))
