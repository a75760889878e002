"""What a pack of the sample data says: its sections, figures that draw its tables, texts that say its rows."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from packs import measured_rows, sample_about, sample_composed, sample_pack
from tie_out.numbers import FIGURES, is_coarse
from tie_out.texts import untraced

from pipelines.definitions.disclosure import POLICIES, PolicyName
from pipelines.privacy.basis import NOT_OF_PEOPLE
from pipelines.privacy.release.ledger import NOTHING_RELEASED
from pipelines.published.snapshot import EarlierQuality, Published, open_published
from pipelines.reports.cohorts import cohorts_of
from pipelines.reports.compose import composed
from pipelines.reports.pack import Pack
from pipelines.reports.period import asked_period
from pipelines.store import Store
from pipelines.words.statement import Statement

Packs = Callable[[PolicyName], Pack]
KEYS = ("statistic", "rule_version", "outcome", "phase", "quarter", "site", "infusion", "day", "benchmark")


@pytest.fixture(scope="module")
def packs(store_folder: Path) -> Packs:
    """Of the sample data, by policy."""
    return partial(sample_pack, store_folder)


@pytest.fixture(scope="module")
def pack(packs: Packs) -> Pack:
    """With nothing hidden."""
    return packs("internal")


@pytest.fixture(scope="module")
def sample(store_folder: Path) -> Published:
    """The counts that it was made of."""
    return open_published(Store(store_folder))


def test_sections_stand_in_the_order_of_reading(pack: Pack):
    keys = [section.key for section in pack.sections]
    assert keys == ["depression", "anxiety", "chronic_pain", "sites", "activity", "quality"]
    titles = [part.title for part in pack.sections[0].parts]
    assert titles == [
        "From started to followed up",
        "Response",
        "Remission",
        "Onset of response",
        "Durability",
        "Trend",
    ]


def test_every_figure_draws_rows_of_a_table_of_the_pack(pack: Pack):
    for section in pack.sections:
        for part in section.parts:
            for figure in part.figures:
                frame = pack.tables[figure.table].frame
                assert figure.table in part.tables
                assert len(frame if figure.cohort is None else frame[frame["cohort"] == figure.cohort]), figure.name
                assert any(character.isdigit() for character in figure.alt), figure.name


def test_every_table_stands_in_one_part(pack: Pack):
    named = [name for section in pack.sections for part in section.parts for name in part.tables]
    assert sorted(named) == sorted(pack.tables)


def test_every_part_opens_with_a_finding(pack: Pack):
    for section in pack.sections:
        for part in section.parts:
            assert part.statements and part.statements[0].finding, part.title


def test_key_results_fit_a_page_and_say_that_data_are_synthetic(pack: Pack):
    assert 6 <= len(pack.key_results) <= 9
    assert "Synthetic data" in pack.key_results[0].text


@pytest.mark.parametrize("policy", ["cms", "nhs"])
def test_of_final_cohorts_nothing_is_said_to_be_pending(packs: Packs, policy: PolicyName):
    said = [text.text for section in packs(policy).sections for part in section.parts for text in part.statements]
    assert said
    assert not [text for text in said if "pending" in text]


@pytest.mark.parametrize("policy", POLICIES)
def test_every_number_of_a_text_is_one_of_the_rows_that_it_stands_by(
    policy: PolicyName, packs: Packs, sample: Published
):
    assert list(untraced(packs(policy), sample.definitions)) == []


def test_the_search_finds_a_number_that_no_row_holds(packs: Packs, sample: Published):
    pack = packs("internal")
    false = Statement("Of 4,711 courses 4,712 responded")
    changed = replace(pack, key_results=(*pack.key_results, false))
    assert list(untraced(changed, sample.definitions)) == [("key results", f"{false.text}", ["4,711", "4,712"])]
    table = pack.tables["flow-depression"]
    printed = replace(table, printed=table.printed.replace("71 (100 %)", "72 (100 %)"))
    found = list(untraced(replace(pack, tables={**pack.tables, table.name: printed}), sample.definitions))
    assert found == [("flow-depression", "72 (100 %)", ["72"])]


@pytest.mark.parametrize("policy", ["internal", "cms"])
def test_every_count_and_figure_that_is_shown_is_what_measure_gives(
    policy: PolicyName, packs: Packs, sample: Published
):
    n_compared = 0
    for name, table in packs(policy).tables.items():
        if name in ("quality", "imports"):
            continue
        for keys, rows in table.frame.groupby(["measure", "condition", "quarters", "sites"], sort=False):
            measured = measured_rows(*map(str, keys), sample)
            n_compared += _compare(rows, measured, name, is_released=policy != "internal")
    assert n_compared > {"internal": 3_000, "cms": 700}[policy]


def test_nothing_small_is_shown_under_cms(packs: Packs):
    for name, table in packs("cms").tables.items():
        for column in (each for each in table.frame if str(each).startswith("n_") and each not in NOT_OF_PEOPLE):
            rows = table.frame[table.frame["population"] != "published"] if "population" in table.frame else table.frame
            small = [n for n in rows[column] if not pd.isna(n) and 1 <= n <= 10]
            assert not small, (name, column, small)


def _compare(rows: pd.DataFrame, measured: pd.DataFrame, name: str, *, is_released: bool) -> int:
    """Compares what is shown with what was measured; how many values there were."""
    keys = [key for key in KEYS if key in measured]
    by_key = {tuple(str(row[key]) for key in keys): row for row in measured.to_dict("records")}
    assert len(by_key) == len(measured), name
    n_compared = 0
    for row in rows.to_dict("records"):
        own = by_key[tuple(str(row[key]) for key in keys)]
        for column in measured:
            if (column.startswith("n_") or column in FIGURES) and not pd.isna(row[column]):
                is_told = row[column] == own[column] or (is_released and is_coarse(row, column, own[column]))
                assert is_told, (name, column)
                n_compared += 1
    return n_compared


def test_a_second_pack_of_the_same_numbers_repeats_the_first(sample: Published):
    first = sample_composed(sample, "cms", NOTHING_RELEASED)
    again = sample_composed(sample, "cms", first.ledger)
    for name, table in first.pack.tables.items():
        if "release" not in table.frame:
            continue
        assert set(table.frame["release"]) <= {"new"}
        repeated = again.pack.tables[name]
        assert set(repeated.frame["release"]) == {"as released"}, name
        pd.testing.assert_frame_equal(repeated.printed, table.printed)


def test_the_packs_of_three_quarters_go_on_telling_every_outcome(sample: Published):
    """Where newer courses are too few to follow what was told, it is repeated, and the pack says so."""
    ledger = NOTHING_RELEASED
    for period in ("2026-Q1", "2026-Q2", "2026-Q3"):
        cohorts = cohorts_of(asked_period(period, sample), sample)
        about = replace(sample_about(sample, policy="cms"), period=period)
        made = composed(sample, cohorts, about, EarlierQuality(None, None), ledger)
        ledger = made.ledger
        for condition in made.pack.about.conditions:
            for measure in ("onset", "durability"):
                times = made.pack.tables[f"{measure}-{condition}"].frame
                assert not times.loc[times["statistic"] == "median_interval", "suppressed"].any(), (period, measure)
    again = composed(sample, cohorts, about, EarlierQuality(None, None), ledger)
    first, second = (
        next(section for section in pack.sections if section.key == "activity").parts[0].statements[0].text
        for pack in (made.pack, again.pack)
    )
    assert "courses were started in 2026-Q3 (" in first
    assert second.startswith("Courses started in 2026-Q3:"), "how many there are of all conditions is told once"


@pytest.mark.parametrize(
    ("site", "condition", "policy"), [("Site 01", "depression", "internal"), ("Site 12", "", "cms")]
)
def test_a_pack_of_one_site_or_condition_says_nothing_of_others(
    site: str, condition: str, policy: PolicyName, sample: Published
):
    narrowed = sample.within([site])
    asked = (condition,) if condition else tuple(narrowed.options("condition"))
    about = replace(sample_about(narrowed, policy=policy), site=site, conditions=asked)
    cohorts = cohorts_of(asked_period("2026-Q3", narrowed, asked), narrowed)
    pack = composed(narrowed, cohorts, about, EarlierQuality(None, None), NOTHING_RELEASED).pack
    assert [section.key for section in pack.sections] == [*asked, "activity", "quality"]
    assert list(untraced(pack, sample.definitions)) == []
    named = {str(each) for table in pack.tables.values() for each in table.frame.get("condition", ())}
    assert named <= {*asked, "any", "nan"}
    assert bool(pack.withheld) == (policy == "cms")
