"""Result tables of one line each, as the results would give them."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from pipelines.definitions import Definitions
from pipelines.settings import read_settings
from pipelines.words.statement import Context

SHARED = {
    "population": "first_course",
    "condition": "depression",
    "scale": "primary",
    "window": "endpoint",
    "rule_version": "response_50 2026.1",
    "suppressed": False,
    "note": "PHQ-9: 612",
}


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return read_settings(None)[1]


@pytest.fixture
def context(definitions: Definitions) -> Context:
    return Context(definitions, date(2026, 11, 15))


@pytest.fixture
def rates():
    def table(**changes: object) -> pd.DataFrame:
        counts = {
            "n_started": 700,
            "n_with_baseline": 640,
            "n_in_population": 612,
            "n_observed": 398,
            "n_missed": 214,
            "n_pending": 0,
            "n_not_anchored": 0,
            "n_not_mature": 0,
            "n_maturity_unknown": 0,
            "n_responded": 163,
        }
        observed = {"statistic": "observed", "estimate": 163 / 398, "lower": 0.3623, "upper": 0.4588}
        assumed = {"statistic": "missing_as_nonresponse", "estimate": 163 / 612, "lower": 0.233, "upper": 0.303}
        upper = {"statistic": "bound_upper", "estimate": 377 / 612, "lower": None, "upper": None}
        rows = [{**SHARED, "measure": "response", **counts, **row, **changes} for row in (observed, assumed, upper)]
        for row, own in zip(rows, (observed, assumed, upper), strict=True):
            row["statistic"] = own["statistic"]
        return pd.DataFrame(rows)

    return table


@pytest.fixture
def times():
    def table(kind: str = "first", recorded: dict | None = None, **changes: object) -> pd.DataFrame:
        shared = {
            **SHARED,
            "measure": "onset",
            "window": "from_first_infusion",
            "rule_version": f"response_50 2026.1, {kind}",
            "n_started": 856,
            "n_with_baseline": 817,
            "n_in_population": 752,
            "n_assessed": 717,
            "n_responded": 369,
            "note": "PHQ-9: 717",
            "estimate": None,
        }
        median = {"statistic": "median_interval", "lower": 9.0, "upper": 18.0}
        by_day = {"statistic": "recorded_by_day_28", "estimate": 0.45, "lower": None, "upper": None, "n_left_out": 0}
        return pd.DataFrame([{**shared, **median, **changes}, {**shared, **by_day, **(recorded or {})}])

    return table
