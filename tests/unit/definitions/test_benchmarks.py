# ruff: noqa: E501 (a table to read across)
"""Published results: each row typed again from its source, and every fault of a program's own file at once."""

import pytest

from pipelines.definitions import load_definitions
from pipelines.errors import DefinitionsInvalid

SHIPPED = load_definitions()

PUBLISHED = {
    "mcinnes_2022_response": ("PHQ-9", "response_50", "endpoint", "observed", 53.6, 537),
    "mcinnes_2022_remission": ("PHQ-9", "< 5", "endpoint", "observed", 28.9, 537),
    "mcinnes_2022_durability_4_weeks": ("PHQ-9", "response_50", 28, "continued", 80, None),
    "mcinnes_2022_durability_8_weeks": ("PHQ-9", "response_50", 56, "continued", 60, None),
    "oliver_2022_onset": ("PHQ-9", "response_50", 42, "continued", 50, 424),
    "sakurai_2020_response": ("QIDS-SR16", "response_50", "end_of_induction", "observed", 18.3, 82),
    "anand_2023_response": ("QIDS-SR16", "response_50", "end_of_induction", "started", 55.4, 195),
    "murrough_2013_repeated_response": ("MADRS", "response_50", "end_of_induction", "started", 70.8, 24),
    "mathew_2010_response": ("MADRS", "response_50", "day_1", "started", 65, 26),
    "murrough_2013_single_response": ("MADRS", "response_50", "day_1", "started", 64, 47),
    "rodriguez_2013_response": ("Y-BOCS", "response_35", "day_7", "observed", 50, 8),
    "bloch_2012_response": ("Y-BOCS", "response_35", "day_1", "started", 0, 10),
}
"""Scale, rule or cut, window or day, denominator, per cent, n."""


def test_the_published_results_are_as_published():
    assert {
        row.id: (
            row.scale,
            row.cut or row.rule,
            row.window or row.by_day,
            row.denominator,
            round(100 * row.estimate, 1),
            row.n,
        )
        for row in SHIPPED.benchmarks
    } == PUBLISHED


def test_where_counts_are_known_the_share_is_theirs():
    """Of 82 (Sakurai), 195 (Anand), 24 and 47 (Murrough), 26 (Mathew) and 8 (Rodriguez)."""
    counts = {
        "sakurai_2020_response": 15,
        "anand_2023_response": 108,
        "murrough_2013_repeated_response": 17,
        "murrough_2013_single_response": 30,
        "mathew_2010_response": 17,
        "rodriguez_2013_response": 4,
    }
    by_id = {row.id: row for row in SHIPPED.benchmarks}
    for name, count in counts.items():
        assert by_id[name].estimate == pytest.approx(count / by_id[name].n, abs=0.005), name


def test_what_was_not_re_read_says_so():
    assert {row.id for row in SHIPPED.benchmarks if row.mark != "read"} == {"murrough_2013_single_response"}


def test_a_remission_is_only_compared_at_its_own_cut():
    remissions = [row for row in SHIPPED.benchmarks if row.measure == "remission"]
    assert {row.cut for row in remissions} == {str(SHIPPED.scales["PHQ-9"].remission)}


# --- a program's own ------------------------------------------------------------------------------------

HEADER = (
    "id,condition,scale,measure,rule,cut,window,by_day,denominator,estimate,lower,upper,n,population,citation,mark,"
    "reviewed\n"
)
OURS = (
    "ours_2025,depression,PHQ-9,response,response_50,,endpoint,,observed,0.42,0.35,0.49,201,our program in 2025,"
    "Annual report 2025,read,2026-11-22\n"
)


def test_own_rows_are_added_and_put_in_the_place_of_shipped_ones_by_id(tmp_path):
    changed = OURS.replace("ours_2025", "oliver_2022_onset")
    (tmp_path / "benchmarks.csv").write_text(HEADER + OURS + changed, encoding="utf-8")
    own = {row.id: row for row in load_definitions(tmp_path).benchmarks}
    assert own.keys() == PUBLISHED.keys() | {"ours_2025"}
    assert (own["ours_2025"].lower, own["ours_2025"].upper) == (0.35, 0.49)
    assert own["oliver_2022_onset"].measure == "response"


def test_they_are_part_of_the_hash_but_not_of_an_imports(tmp_path):
    (tmp_path / "benchmarks.csv").write_text(HEADER + OURS, encoding="utf-8")
    own = load_definitions(tmp_path)
    assert own.hash != SHIPPED.hash
    assert own.import_hash == SHIPPED.import_hash


def test_a_program_with_windows_of_its_own_keeps_the_shipped_rows():
    window = {
        "label": "two months",
        "from": 50,
        "to": 70,
        "target": 60,
        "anchor": "first_infusion",
        "headline": True,
        "citation": "our program",
        "reviewed": "2026-11-22",
    }
    own = load_definitions(outcome_changes={"windows": {"month_2": window}})
    assert {row.id for row in own.benchmarks} == PUBLISHED.keys()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("0.42", "42", "line 2: estimate: Input should be less than or equal to 1"),
        ("0.42", "0.30", "line 2: needs lower <= estimate <= upper"),
        ("0.49", "", "line 2: give lower and upper, or neither"),
        ("endpoint", "", "line 2: response needs window, and only that"),
        ("response,response_50", "onset,response_50", "line 2: onset needs by_day, and only that"),
        ("response,response_50", "remission,remission", "line 2: remission has rule 'remission' and a cut; the other measures have a response rule"),
        ("observed", "everyone", "line 2: denominator: Input should be 'observed', 'started' or 'continued'"),
        ("PHQ-9", "PHQ9", "ours_2025: scale: no scale 'PHQ9' is defined"),
        ("depression", "migraine", "ours_2025: condition: no condition 'migraine' is defined"),
        ("response_50", "response_30", "ours_2025: rule: 'PHQ-9' does not offer 'response_30'"),
        ("endpoint", "endpont", "ours_2025: window: no window 'endpont' in outcomes.toml"),
        (",read,", ",read,,", "line 2: has more or fewer cells than the header"),
    ],
)  # fmt: skip
def test_a_fault_names_the_row(tmp_path, old, new, fault):
    assert old in OURS
    (tmp_path / "benchmarks.csv").write_text(HEADER + OURS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionsInvalid) as caught:
        load_definitions(tmp_path)
    assert caught.value.faults == (f"benchmarks.csv: {fault}",)


def test_every_faulty_row_is_reported_at_once(tmp_path):
    rows = [OURS.replace("0.42", "42"), OURS.replace(",read,", ",seen,"), OURS, OURS]
    (tmp_path / "benchmarks.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    with pytest.raises(DefinitionsInvalid) as caught:
        load_definitions(tmp_path)
    assert [fault.split(": ")[1] for fault in caught.value.faults] == ["line 2", "line 3", "line 5"]
    assert caught.value.faults[-1] == "benchmarks.csv: line 5: id: 'ours_2025' comes twice"


def test_an_unknown_column_is_named(tmp_path):
    (tmp_path / "benchmarks.csv").write_text(HEADER.replace("by_day", "day") + OURS, encoding="utf-8")
    with pytest.raises(DefinitionsInvalid) as caught:
        load_definitions(tmp_path)
    assert caught.value.faults == ("benchmarks.csv: day: no such column",)
