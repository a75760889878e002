"""Packs of two snapshots: what is repeated is what the ledger holds, what is new or revised what is measured now."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from packs import measured_rows, sample_composed

import sample_data
from pipelines.build import build
from pipelines.definitions.disclosure import policy_named
from pipelines.privacy.release.cohorts import row_key
from pipelines.privacy.release.ledger import NOTHING_RELEASED, Ledger
from pipelines.privacy.release.revised import against
from pipelines.published.snapshot import Published, open_published
from pipelines.reports.compose import Composed
from pipelines.reports.pptx import write_pptx
from pipelines.reports.series import labels
from pipelines.reports.xlsx import write_xlsx
from pipelines.settings import read_settings
from pipelines.sources.intake import import_files
from pipelines.sources.options import ImportOptions
from pipelines.store import Store
from sample_data.calibration import data_through
from tie_out.numbers import FIGURES, Row, is_coarse
from tie_out.office import slides_faults, workbook_faults
from tie_out.printed import table_faults

LATE = ("depression", 2)
FEW_LATE = ("anxiety", 40)
"""Of which condition the scores after the first weeks of each so many-th course came late."""
_WEEKS = 24 * 20


class Two(NamedTuple):
    """A pack, and the one after it of a later snapshot."""

    ledger: Ledger
    later: Composed
    published: Published


@pytest.fixture(scope="module")
def two(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Two:
    before = open_published(Store(_earlier_store(tmp_path_factory.mktemp("earlier"))))
    now = open_published(Store(store_folder))
    ledger = sample_composed(before, "cms", NOTHING_RELEASED).ledger
    return Two(ledger, sample_composed(now, "cms", ledger), now)


def _earlier_store(folder: Path) -> Path:
    """The sample data before some of their scores had come: many of one condition, few of another."""
    canonical = Path(sample_data.__file__).with_name("canonical")
    export = folder / "export"
    export.mkdir()
    for name in ("courses", "infusions"):
        (export / f"{name}.csv").write_bytes((canonical / f"{name}.csv").read_bytes())
    with (canonical / "courses.csv").open() as lines:
        conditions = {row["course_id"]: row["conditions"] for row in csv.DictReader(lines)}
    with (canonical / "scores.csv").open() as lines, (export / "scores.csv").open("w") as kept:
        rows = csv.DictReader(lines)
        writer = csv.DictWriter(kept, list(rows.fieldnames or ()))
        writer.writeheader()
        writer.writerows(row for row in rows if not _came_late(row, conditions.get(row["course_id"], "")))
    chosen, definitions = read_settings(None)
    store = Store(folder / "store")
    import_files(store, [export], ImportOptions(data_through=data_through()), chosen, definitions, lambda _: None)
    build(store, chosen, definitions, lambda _: None)
    return store.folder


def _came_late(row: Mapping[str, str], conditions: str) -> bool:
    try:
        is_after = float(row["hours_from_start"]) > _WEEKS
    except ValueError:
        return False
    number = int(row["course_id"][1:]) if row["course_id"][1:].isdigit() else 0
    return is_after and any(conditions == condition and number % each == 0 for condition, each in (LATE, FEW_LATE))


def standing_rows(two: Two, *standings: str) -> Iterator[tuple[str, Row]]:
    """Rows of the later pack that stand so beside the earlier one, with the names of their tables."""
    for name, table in two.later.pack.tables.items():
        if "release" in table.frame:
            own = table.frame[table.frame["release"].isin(standings)]
            yield from ((name, row) for row in own.to_dict("records"))


def shown(row: Row) -> dict[str, Any]:
    """The counts and figures of a row; those that it does not show as None."""
    values = {str(name): value for name, value in row.items() if str(name).startswith("n_") or name in FIGURES}
    return {name: None if value is None or pd.isna(value) else value for name, value in values.items()}


def test_rows_stand_in_both_ways_and_the_tables_say_so(two: Two):
    standings = Counter(row["release"] for _, row in standing_rows(two, "as released", "revised", "new"))
    n_rows = sum(len(table.frame) for table in two.later.pack.tables.values() if "release" in table.frame)
    assert standings.total() == n_rows
    assert min(standings["as released"], standings["revised"]) > 10
    note = two.later.pack.tables["response-depression"].note
    assert "revised" in note and "as in an earlier pack" in note


def test_what_is_repeated_is_what_the_ledger_holds(two: Two):
    before = {row_key(row): row for row in two.ledger.rows}
    n_moved = 0
    for name, row in standing_rows(two, "as released"):
        held = before[row_key(row)]
        assert shown(row) == {column: held.get(column) for column in shown(row)}, name
        now = measured(two, row)
        n_moved += any(value is not None and value != now[column] for column, value in shown(row).items())
    assert n_moved > 10


def test_what_is_new_or_revised_is_what_is_measured_now(two: Two):
    before = {row_key(row): row for row in two.ledger.rows}
    n_moved = 0
    for name, row in standing_rows(two, "revised", "new"):
        now = measured(two, row)
        told = {column: value for column, value in shown(row).items() if value is not None}
        assert not [
            each for each, value in told.items() if value != now[each] and not is_coarse(row, each, now[each])
        ], name
        held = before.get(row_key(row))
        assert (held is None) == (row["release"] == "new"), name
        n_moved += held is not None and any(held.get(column) not in (None, value) for column, value in told.items())
    assert n_moved > 10


def measured(two: Two, row: Row) -> Row:
    """The row as `outcomes measure --policy internal` gives it of the later snapshot."""
    key = tuple(str(row[name]) for name in ("measure", "condition", "quarters", "sites"))
    if key not in _MEASURED:
        measure, *cohort = key
        named = measured_rows(measure, *cohort, two.published).assign(quarters=key[2], sites=key[3])
        if measure == "remission":  # Beside it stands how many responded, as the table of response tells it.
            response = measured_rows("response", *cohort, two.published)
            responded = dict(zip(response["statistic"], response["n_responded"], strict=True))
            named["n_responded_beside"] = named["statistic"].map(responded)
        _MEASURED[key] = {row_key(each): each for each in named.to_dict("records")}
    return _MEASURED[key][row_key(row)]


_MEASURED: dict[tuple[str, ...], dict[tuple[str, ...], Row]] = {}


def test_every_table_and_chart_of_the_later_pack_holds_its_rows(two: Two):
    pack = two.later.pack
    for table in pack.tables.values():
        assert table_faults(table, table.printed, labels(pack), pack.fewest) == []
    assert workbook_faults(pack, write_xlsx(pack)) == []
    assert slides_faults(pack, write_pptx(pack)) == []


def test_a_figure_is_repeated_with_counts_that_did_not_change():
    """What is estimated of unchanged counts can change with a single score, which a new figure would tell of."""
    row = {
        "measure": "response",
        "condition": "depression",
        "statistic": "standardised",
        "quarters": "2026-Q2",
        "sites": "",
        "n_started": 60,
        "n_observed": 40,
        "estimate": 0.5,
        "lower": 0.4,
        "upper": 0.6,
        "method": "chain",
        "suppressed": False,
        "note": "",
    }
    ledger = Ledger(rows=({**row, "estimate": 0.48, "lower": 0.38, "upper": 0.58},))
    (again,) = against(pd.DataFrame([row]), ledger, policy_named("cms"), 0.95).to_dict("records")
    assert (again["estimate"], again["lower"], again["upper"], again["release"]) == (0.48, 0.38, 0.58, "as released")
