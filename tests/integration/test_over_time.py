"""What becomes of a store as exports, formats, definitions and files change."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.build import build
from pipelines.cli import main
from pipelines.errors import ConditionUndefined, FileRefused, StoreDamaged, SyntheticMix
from pipelines.filters import Filters
from pipelines.published import Published, open_published
from pipelines.results.flow import course_flow
from pipelines.results.onset import onset_times
from pipelines.results.response import response_rates
from pipelines.settings import read_settings
from pipelines.sources.intake import ImportResult, import_files
from pipelines.sources.options import ImportOptions
from pipelines.sources.quarantine import quarantined_rows
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

SETTINGS, DEFINITIONS = read_settings(None)
SAMPLE = Path(__file__).parents[2] / "sample_data" / "canonical"


@pytest.fixture(scope="module")
def as_csv(tmp_path_factory: pytest.TempPathFactory) -> ImportResult:
    return take_in(Store(tmp_path_factory.mktemp("csv") / "store"), SAMPLE)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for table, text in files.items():
        (folder / f"{table}.csv").write_text(text)
    return folder


def take_in(store: Store, folder: Path, **options: object) -> ImportResult:
    return import_files(store, [folder], ImportOptions(**options), SETTINGS, DEFINITIONS, lambda _: None)


def built(store: Store) -> Published:
    build(store, SETTINGS, DEFINITIONS, lambda _: None)
    return open_published(store)


def flow(published: Published, **filters: object) -> dict[str, int]:
    table = course_flow(published, Filters(**filters))
    return dict(zip(table["statistic"], table["n_courses"], strict=True))


class TestFormats:
    """The same rows in another format are the same batch in all but its id."""

    @pytest.mark.parametrize("ending", ["parquet", "tsv", "csv.gz"])
    def test_rows_end_in_the_same_places(self, store: Store, tmp_path: Path, as_csv: ImportResult, ending: str) -> None:
        folder = tmp_path / "exports"
        folder.mkdir()
        for source in SAMPLE.glob("*.csv"):
            target = folder / f"{source.stem}.{ending}"
            if ending == "csv.gz":
                target.write_bytes(gzip.compress(source.read_bytes(), mtime=0))
                continue
            form = "format parquet" if ending == "parquet" else "format csv, delimiter '\t', header"
            with duckdb.connect() as connection:
                connection.execute(f"copy (from read_csv('{source}', all_varchar = true)) to '{target}' ({form})")
        other = take_in(store, folder)
        assert [table.model_dump(exclude={"file_name"}) for table in other.batch.tables] == [
            table.model_dump(exclude={"file_name"}) for table in as_csv.batch.tables
        ]


class TestFollowUpImports:
    def test_follow_up_scores_are_taken_although_the_first_infusion_is_in_quarantine(
        self, store: Store, tmp_path: Path
    ) -> None:
        first = write(
            tmp_path / "first",
            courses="course_id,conditions\nA,depression\nB,depression\n",
            infusions="course_id,days_from_start,dose_mg\nA,0,4O\nA,3,40\nB,0,40\nB,3,40\n",
            scores="course_id,scale,days_from_start,total\nA,PHQ-9,-1,20\nB,PHQ-9,-1,20\n",
        )
        assert take_in(store, first).batch.is_live
        second = write(tmp_path / "second", scores="course_id,scale,days_from_start,total\nA,PHQ-9,20,8\n")
        (scores,) = take_in(store, second).batch.tables
        assert (scores.n_accepted, scores.n_quarantined) == (1, 0)

    def test_a_further_column_that_is_blank_changes_no_course(self, store: Store, tmp_path: Path) -> None:
        take_in(store, write(tmp_path / "first", courses="course_id,conditions\nA,depression\n"))
        again = write(tmp_path / "again", courses="course_id,conditions,attr_arm\nA,depression,\nB,depression,\n")
        (courses,) = take_in(store, again).batch.replacements
        assert (courses.n_same, courses.n_changed, courses.n_new) == (1, 0, 1)

    def test_an_accepted_quarantine_is_listed_once(self, store: Store, tmp_path: Path) -> None:
        folder = write(tmp_path / "exports", courses="course_id,conditions\nA,depression\nB,migraine\n")
        assert not take_in(store, folder).batch.is_live
        assert take_in(store, folder, accept_quarantine=True).batch.is_live
        assert [row.rule for row in quarantined_rows(store)] == ["unknown_condition"]

    def test_files_that_are_no_tables_are_named(self, store: Store, tmp_path: Path) -> None:
        folder = write(tmp_path / "exports", courses="course_id,conditions\nA,depression\n")
        (folder / "scores (1).csv").write_text("course_id\n")
        notes = take_in(store, folder).batch.notes
        assert "Not read, because not named like a table: scores (1).csv." in notes

    def test_files_that_may_be_named_for_a_patient_are_counted(self, store: Store, tmp_path: Path) -> None:
        folder = write(tmp_path / "exports", courses="course_id,conditions\nA,depression\n")
        for name in (
            "scores (1).csv",
            "Quillby Ann consent.pdf",
            "Ann Quillby.csv",
            "ann@clinic.example.csv",
            "chart_70441892.csv",
        ):
            (folder / name).write_text("course_id\n")
        notes = take_in(store, folder).batch.notes
        assert "Not read, because not named like a table: scores (1).csv, 4 other files." in notes

    def test_data_are_not_filled_in_through_the_future(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["import", ".", "--data-through", "2999-01-01"])
        assert ended.value.code == 2
        assert "2999-01-01 lies in the future" in capsys.readouterr().err


class TestColumns:
    @pytest.mark.parametrize("name", ["attr_sex", "attr_site", "attr_all", "attr_window"])
    def test_an_attribute_may_not_bear_a_name_that_is_taken(self, store: Store, tmp_path: Path, name: str) -> None:
        folder = write(tmp_path / "exports", courses=f"course_id,conditions,{name}\nA,depression,x\n")
        with pytest.raises(FileRefused) as refused:
            take_in(store, folder)
        assert str(refused.value) == (
            f"courses.csv: the attribute '{name}' bears a name that stands for something else already. "
            "Give it another name."
        )

    @pytest.mark.parametrize("line", ["Anna Miller,depression,Anna Miller", "Anna Miller,depression,2025-Q1"])
    def test_without_a_header_line_nothing_of_line_1_is_shown(self, store: Store, tmp_path: Path, line: str) -> None:
        with pytest.raises(FileRefused) as refused:
            take_in(store, write(tmp_path / "exports", courses=f"{line}\n"))
        assert "Anna" not in str(refused.value)
        assert "line 1 does not hold the column names" in str(refused.value)

    def test_some_courses_marked_synthetic_and_some_not_are_refused(self, store: Store, tmp_path: Path) -> None:
        courses = "course_id,conditions,attr_synthetic\nA,depression,yes\nB,depression,\n"
        with pytest.raises(SyntheticMix) as refused:
            take_in(store, write(tmp_path / "exports", courses=courses))
        assert "1 of 2 courses are marked as synthetic and the others are not" in str(refused.value)


class TestDamage:
    @pytest.fixture
    def program(self, store: Store, tmp_path: Path) -> Store:
        courses = "course_id,conditions\nA,depression\n"
        scores = "course_id,scale,days_from_start,total\nA,PHQ-9,0,20\nA,PHQ-9,7,9\n"
        take_in(store, write(tmp_path / "exports", courses=courses, scores=scores))
        return store

    @pytest.mark.parametrize("damage", ["gone", "changed"])
    def test_a_build_makes_a_damaged_snapshot_again(self, program: Store, damage: str) -> None:
        published = built(program)
        before = flow(published)
        published.close()
        path = program.snapshot_file(program.current_id(), "published.duckdb")
        if damage == "gone":
            path.unlink()
        else:
            path.write_bytes(b"cut off")
        again = built(program)
        assert flow(again) == before

    def test_a_damaged_batch_is_said_to_be_damaged(self, program: Store) -> None:
        (batch,) = program.batches()
        program.batch_file(batch.id, "scores").write_bytes(b"PAR1 cut off")
        with pytest.raises(StoreDamaged, match="A file of a batch in the store cannot be read"):
            build(program, SETTINGS, DEFINITIONS, lambda _: None)

    def test_a_condition_that_is_no_longer_defined_stops_the_build(self, program: Store) -> None:
        fewer = DEFINITIONS.model_copy(
            update={"conditions": {k: v for k, v in DEFINITIONS.conditions.items() if k != "depression"}}
        )
        with pytest.raises(ConditionUndefined) as refused:
            build(program, SETTINGS, fewer, lambda _: None)
        assert "Courses in the store are given for depression, which no definition names any more" in str(refused.value)


class TestMaturity:
    def test_a_response_that_may_still_last_is_not_counted_as_none(self, store: Store, tmp_path: Path) -> None:
        courses = "course_id,conditions,quarter\nA,depression,2025-Q1\nB,depression,2025-Q1\n"
        scores = "".join(f"{course},PHQ-9,{day},{total}\n" for course in "AB" for day, total in ((0, 20), (14, 8)))
        folder = write(tmp_path / "exports", courses=courses, scores=f"course_id,scale,days_from_start,total\n{scores}")
        take_in(store, folder, data_through=date(2025, 4, 15))
        table = onset_times(built(store), Filters(kind="sustained")).set_index("statistic")
        assert table.loc["recorded_by_day_14", "n_in_population"] == 0
        first = onset_times(open_published(store), Filters()).set_index("statistic")
        assert (first.loc["recorded_by_day_14", ["n_responded", "n_in_population"]] == [2, 2]).all()

    def test_courses_without_a_quarter_are_said_to_be_of_unknown_maturity(self, store: Store, tmp_path: Path) -> None:
        folder = write(
            tmp_path / "exports",
            courses="course_id,conditions\nA,depression\n",
            scores="course_id,scale,days_from_start,total\nA,PHQ-9,0,20\n",
        )
        result = take_in(store, folder, data_through=date(2025, 4, 15))
        assert any("1 courses have no quarter" in note for note in result.batch.notes)
        rates = response_rates(built(store), Filters(window="day_7"))
        rates = rates[rates["condition"] == "depression"]
        assert set(rates["n_maturity_unknown"]) == {1}
        assert rates["note"].str.contains("maturity unknown: 1").all()

    def test_the_date_of_the_program_is_that_of_the_source_filled_in_least(self, store: Store, tmp_path: Path) -> None:
        for name, day in (("north", date(2025, 6, 1)), ("south", date(2025, 3, 1))):
            folder = write(tmp_path / name, courses="course_id,conditions,quarter\nA,depression,2024-Q4\n")
            take_in(store, folder, name=name, data_through=day)
        published = built(store)
        assert published.manifest.data_through == date(2025, 3, 1)
        assert published.days_past_end() == {"2024-Q4": 60}


def test_the_flow_adds_up_in_every_population(store: Store, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "exports",
        courses="course_id,conditions\nA,depression\nB,depression\nC,depression\n",
        scores="course_id,scale,days_from_start,total\nA,PHQ-9,0,20\nB,PHQ-9,0,6\nC,PHQ-9,0,0\n",
    )
    take_in(store, folder)
    published = built(store)
    for population, in_population in (("first_course", 1), ("first_course_any_baseline", 2)):
        found = flow(published, population=population)
        assert found["in_population"] == in_population
        left_out = found["below_entry_cut"] + found["baseline_zero"]
        assert found["with_baseline"] - left_out == in_population


def test_repeat_courses_say_that_intervals_ignore_clustering(store: Store, tmp_path: Path) -> None:
    courses = "course_id,patient_id,course_number,conditions\nA,p,1,depression\nB,p,2,depression\n"
    take_in(store, write(tmp_path / "exports", courses=courses))
    rates = response_rates(built(store), Filters(population="repeat_courses"))
    assert rates["note"].str.contains("intervals ignore that a patient may count more than once").all()
