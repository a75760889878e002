"""A store over a quarter: an export taken again, what changed, taking it back, and earlier snapshots."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines import cli
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")

Command = Callable[..., tuple[int, str, str]]


def export(folder: Path, **tables: str) -> Path:
    folder.mkdir(exist_ok=True)
    for table, text in tables.items():
        (folder / f"{table}.csv").write_text(text)
    return folder


def courses(*names: str) -> str:
    return "course_id,patient_id,conditions,quarter\n" + "".join(f"{n},P{n},depression,2026-Q1\n" for n in names)


def infusions(*rows: tuple[str, int]) -> str:
    return "course_id,days_from_start\n" + "".join(f"{course},{day}\n" for course, day in rows)


def scores(*rows: tuple[str, int, int]) -> str:
    lines = "".join(f"{course},PHQ-9,{day},{total}\n" for course, day, total in rows)
    return "course_id,scale,days_from_start,total\n" + lines


NAMES = ("A", "B", "C", "D", "E", "F")
FIRST = {
    "courses": courses(*NAMES),
    "infusions": infusions(*((name, day) for name in NAMES for day in (0, 7))),
    "scores": scores(*((name, day, 20 if day < 0 else 12) for name in NAMES for day in (-1, 6, 28))),
}
"""Six courses with two infusions each; nobody has halved the baseline of 20."""

AFTER = ("A", "B", "C", "D", "E", "G")
LATER = {
    "courses": courses(*AFTER),
    "infusions": infusions(*((name, day) for name in AFTER for day in ((0, 7) if name != "E" else (0, 3, 10)))),
    "scores": scores(
        *(
            (name, day, total)
            for name in AFTER
            for day, total in (
                [(2, 20), (9, 12), (31, 12)]
                if name == "E"
                else [(-1, 20), (6, 12), (28, 9 if name in ("A", "B", "C") else 12)]
            )
        )
    ),
}
"""A quarter later: three scores corrected (A, B, C), E's first infusion was three days before, so that
what was taken for its baseline comes after it; F is gone, G is new."""


@pytest.fixture
def outcomes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.main(["--store", str(tmp_path / "store"), *(str(argument) for argument in arguments)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def first(tmp_path: Path, outcomes: Command) -> Path:
    folder = export(tmp_path / "first", **FIRST)
    assert outcomes("import", folder, "--data-through", "2026-06-30")[0] == 0
    assert outcomes("build")[0] == 0
    return folder


@pytest.fixture
def later(tmp_path: Path) -> Path:
    return export(tmp_path / "later", **LATER)


def all_measures(outcomes: Command) -> dict[str, object]:
    from pipelines.commands.measure import MEASURES

    return {name: json.loads(outcomes("measure", name, "--format", "json")[1]) for name in MEASURES}


def rows(store: Store, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(store.snapshot_file(store.current_id(), "warehouse.duckdb")), read_only=True) as warehouse:
        return warehouse.execute(query).fetchall()


class TestAnExportTakenAQuarterLater:
    @pytest.mark.usefixtures("first")
    def test_nothing_is_doubled_and_the_corrections_hold(self, outcomes: Command, store: Store, later: Path) -> None:
        code, out, _ = outcomes("import", later, "--data-through", "2026-09-30")
        assert code == 0
        assert "1 course that the store holds is not in this export; what the store holds is kept." in out
        lines = [line.split() for line in out.splitlines() if line.startswith(("courses", "infusions", "scores"))]
        replaced = {line[0]: [int(cell) for cell in line[1:]] for line in lines if len(line) == 7}
        assert replaced == {  # courses, and rows: same, changed, new, gone; courses kept
            "courses.csv": [5, 5, 0, 1, 0, 1],
            "infusions.csv": [5, 9, 0, 4, 1, 1],
            "scores.csv": [5, 9, 3, 6, 3, 1],
        }
        assert outcomes("build")[0] == 0
        assert rows(store, "select count(*), count(distinct course_id) from outcome.courses") == [(7, 7)]
        assert rows(store, "select count(*) from outcome.assessments") == [(21,)]
        days = (
            "select minute / 1440 from outcome.assessments join outcome.courses using (course_key) where course_id = "
        )
        assert rows(store, f"{days} 'E' order by 1") == [(2.0,), (9.0,), (31.0,)]
        assert rows(store, f"{days} 'F' order by 1") == [(-1.0,), (6.0,), (28.0,)]
        response = json.loads(outcomes("measure", "response", "--format", "json")[1])["rows"]
        (observed,) = [row for row in response if row["statistic"] == "observed"]
        assert (observed["n_responded"], observed["n_started"]) == (3, 7)

    @pytest.mark.usefixtures("first")
    def test_taking_it_back_restores_the_earlier_numbers_exactly(
        self, outcomes: Command, store: Store, later: Path
    ) -> None:
        before, snapshot = all_measures(outcomes), store.current_id()
        outcomes("import", later, "--data-through", "2026-09-30")
        outcomes("build")
        assert store.current_id() != snapshot
        assert all_measures(outcomes) != before
        batch = store.batches()[-1].id
        code, out, _ = outcomes("retract", batch[:8])
        assert code == 0
        assert f"Batch {batch[:12]} of canonical:canonical" in out
        assert "counts no more" in out
        assert outcomes("build")[0] == 0
        assert store.current_id() == snapshot
        assert all_measures(outcomes) == before

    @pytest.mark.usefixtures("first")
    def test_a_rebuilt_snapshot_is_the_earlier_one_too(self, outcomes: Command, store: Store, later: Path) -> None:
        """As above, with the earlier snapshot gone, so that its numbers are computed again."""
        before, snapshot = all_measures(outcomes), store.current_id()
        del before["quality"]  # its verdicts compare with the snapshot built before, and that is another one now
        outcomes("import", later, "--data-through", "2026-09-30")
        outcomes("build")
        assert outcomes("prune", "--keep", "1", "--yes")[0] == 0
        assert store.snapshot(snapshot) is None
        outcomes("retract", store.batches()[-1].id)
        outcomes("build")
        assert store.current_id() == snapshot
        assert before.items() <= all_measures(outcomes).items()

    def test_the_earlier_export_again_changes_nothing_and_says_so(
        self, outcomes: Command, store: Store, first: Path, later: Path
    ) -> None:
        outcomes("import", later, "--data-through", "2026-09-30")
        code, out, _ = outcomes("import", first, "--data-through", "2026-06-30")
        assert code == 0
        assert "already imported; nothing changed" in out
        latest = store.batches()[-1].id[:12]
        assert f"batch {latest} came later and replaces what these files gave" in out
        assert outcomes("import", first, "--data-through", "2026-06-30", "--again")[0] == 0
        assert [batch.sequence for batch in store.live_batches()] == [1, 2, 3]
        outcomes("build")
        assert rows(store, "select count(*) from outcome.assessments where score = 9") == [(0,)]


class TestRetraction:
    def test_a_batch_can_be_imported_again(self, outcomes: Command, store: Store, first: Path) -> None:
        (batch,) = store.batches()
        code, out, _ = outcomes("retract", batch.id)
        assert code == 0
        assert "No batch counts any more, so that nothing can be built" in out
        code, _, err = outcomes("import", first, "--data-through", "2026-06-30")
        assert code == 2
        assert f"imported before, as batch {batch.id[:12]}, and taken back on" in err
        assert "import them with --again" in err
        assert outcomes("import", first, "--data-through", "2026-06-30", "--again")[0] == 0
        assert len(store.live_batches()) == 1

    @pytest.mark.usefixtures("first")
    def test_a_batch_cannot_be_taken_back_twice(self, outcomes: Command, store: Store) -> None:
        (batch,) = store.batches()
        outcomes("retract", batch.id)
        code, _, err = outcomes("retract", batch.id)
        assert code == 2
        assert f"Batch {batch.id[:12]} was taken back on" in err
        assert "import its files with --again" in err

    @pytest.mark.usefixtures("first")
    def test_ids_that_name_no_batch_or_several(self, outcomes: Command, store: Store) -> None:
        code, _, err = outcomes("retract", "xyz")
        (batch,) = store.batches()
        assert code == 2
        assert f"There is no batch 'xyz'. Known: {batch.id[:12]}." in err
        for other in ("ab1", "ab2"):
            folder = store.batches_folder / other
            folder.mkdir()
            manifest = batch.model_copy(update={"id": other})
            (folder / "manifest.json").write_text(manifest.model_dump_json())
        code, _, err = outcomes("retract", "ab")
        assert code == 2
        assert "More than one batch begins with 'ab': ab1, ab2. Give more of the id." in err

    @pytest.mark.usefixtures("first")
    def test_a_batch_that_later_ones_build_on_is_not_taken_back_before_them(
        self, outcomes: Command, store: Store, tmp_path: Path
    ) -> None:
        added = export(tmp_path / "added", scores=scores(("A", 40, 8)))
        outcomes("import", added, "--append")
        base, addition = store.batches()
        code, _, err = outcomes("retract", base.id)
        assert code == 2
        assert f"Batch {base.id[:12]} cannot be taken back alone" in err
        assert f"Take these back first, in this order: {addition.id[:12]} of " in err
        assert store.live_batches() == [base, addition]
        assert outcomes("retract", addition.id)[0] == 0
        assert outcomes("retract", base.id)[0] == 0

    @pytest.mark.usefixtures("first")
    def test_scores_added_after_a_replacement_would_contradict_what_it_replaced(
        self, outcomes: Command, store: Store, tmp_path: Path
    ) -> None:
        replacing = export(tmp_path / "replacing", scores=scores(("A", -1, 20)))
        outcomes("import", replacing)
        added = export(tmp_path / "added", scores=scores(("A", 6, 5)))
        assert outcomes("import", added, "--append")[0] == 0
        _, replacement, addition = store.batches()
        code, _, err = outcomes("retract", replacement.id)
        assert code == 2
        assert f"in this order: {addition.id[:12]} of " in err

    @pytest.mark.usefixtures("first")
    def test_an_earlier_batch_whose_courses_were_all_replaced_is_taken_back_alone(
        self, outcomes: Command, store: Store, later: Path
    ) -> None:
        outcomes("import", later)
        outcomes("build")
        assert outcomes("retract", store.batches()[0].id)[0] == 0
        outcomes("build")
        assert rows(store, "select count(*) from outcome.courses") == [(6,)]

    @pytest.mark.usefixtures("first")
    def test_rows_that_an_addition_took_for_held_are_told(
        self, outcomes: Command, store: Store, tmp_path: Path
    ) -> None:
        outcomes("import", export(tmp_path / "all", **FIRST), "--append", "--name", "canonical")
        base, addition = store.batches()
        code, out, _ = outcomes("retract", base.id)
        assert code == 0
        assert f"Note: Batch {addition.id[:12]}, which only adds, took 36 of its rows for held already." in out


class TestSnapshots:
    @pytest.fixture
    def two(self, outcomes: Command, store: Store, first: Path, later: Path) -> tuple[str, str]:
        assert first.exists()
        earlier = store.current_id()
        outcomes("import", later, "--data-through", "2026-09-30")
        outcomes("build")
        return earlier, store.current_id()

    def test_the_list_says_what_is_in_force_and_from_which_batches(
        self, outcomes: Command, store: Store, two: tuple[str, str]
    ) -> None:
        outcomes("retract", store.batches()[-1].id)
        code, out, _ = outcomes("snapshots")
        assert code == 0
        listed = {line.split()[0]: line for line in out.splitlines() if line}
        assert "in force" in listed[two[1]]
        assert "in force" not in listed[two[0]]
        assert "2026-09-30" in listed[two[1]]
        assert "clinical" in listed[two[1]]
        earlier, later = store.batches()
        assert listed[earlier.id[:12]].endswith("counts")
        assert "taken back" in listed[later.id[:12]]

    def test_an_empty_store_has_nothing_to_list(self, outcomes: Command, store: Store) -> None:
        code, out, _ = outcomes("snapshots")
        assert code == 0
        assert out == "No snapshot yet: run `outcomes build`.\n\nNo batch yet: run `outcomes import`.\n"
        assert not store.folder.exists()

    def test_rollback_puts_an_earlier_one_in_force(self, outcomes: Command, store: Store, two: tuple[str, str]) -> None:
        code, out, _ = outcomes("rollback", two[0][:6])
        assert code == 0
        assert f"Snapshot {two[0]} of " in out
        assert store.current_id() == two[0]
        assert outcomes("rollback", two[0])[1] == f"Snapshot {two[0]} is in force already.\n"

    def test_rollback_to_a_damaged_one_is_refused(self, outcomes: Command, store: Store, two: tuple[str, str]) -> None:
        store.snapshot_file(two[0], "warehouse.duckdb").write_bytes(b"cut off")
        code, _, err = outcomes("rollback", two[0])
        assert code == 3
        assert f"Snapshot {two[0]} is damaged: a file of it is missing or was changed." in err
        assert store.current_id() == two[1]

    def test_rollback_to_none_names_those_there_are(self, outcomes: Command, two: tuple[str, str]) -> None:
        code, _, err = outcomes("rollback", "zzz")
        assert code == 2
        assert f"There is no snapshot 'zzz'. Known: {two[0][:12]}, {two[1][:12]}." in err

    @pytest.mark.parametrize("command", [["rollback", "abc"], ["prune"]])
    def test_without_a_snapshot_nothing_is_made(self, outcomes: Command, store: Store, command: list[str]) -> None:
        code, _, err = outcomes(*command)
        assert code == 3
        assert "has no snapshot yet" in err
        assert not store.folder.exists()

    def test_prune_keeps_the_one_in_force_and_those_built_last(
        self, outcomes: Command, store: Store, two: tuple[str, str]
    ) -> None:
        assert outcomes("prune", "--yes")[1] == "Nothing to remove.\n"
        outcomes("rollback", two[0])
        assert outcomes("prune", "--keep", "1", "--yes")[1] == "Nothing to remove.\n"
        code, out, _ = outcomes("prune", "--keep", "0", "--yes")
        assert code == 0
        assert "Removed 1 snapshot, " in out
        assert [snapshot.id for snapshot in store.snapshots()] == [two[0]]
        assert len(store.batches()) == 2

    @pytest.mark.usefixtures("two")
    def test_prune_asks_first(self, outcomes: Command, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
        code, _, err = outcomes("prune", "--keep", "0")
        assert code == 2
        assert "1 snapshot would be removed, and there is no terminal to ask on. Give --yes." in err
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        for answer, n_left in (("", 2), ("no", 2), ("y", 1)):
            monkeypatch.setattr("builtins.input", lambda _question, answer=answer: answer)
            assert outcomes("prune", "--keep", "0")[0] == 0
            assert len(store.snapshots()) == n_left

    def test_a_reader_goes_on_reading_a_snapshot_that_is_pruned(
        self, outcomes: Command, store: Store, two: tuple[str, str]
    ) -> None:
        from pipelines.published import Published

        reader = Published(store.snapshot_file(two[0], "published.duckdb"))
        assert outcomes("prune", "--keep", "1", "--yes")[0] == 0
        assert reader.options("condition") == {"depression": 6}
        reader.close()


class TestDiff:
    @pytest.fixture
    def two(self, outcomes: Command, store: Store, first: Path, later: Path) -> tuple[str, str]:
        assert first.exists()
        earlier = store.current_id()
        outcomes("import", later, "--data-through", "2026-09-30")
        outcomes("build")
        return earlier, store.current_id()

    def test_it_shows_the_changed_results_and_what_made_them(
        self, outcomes: Command, store: Store, two: tuple[str, str]
    ) -> None:
        code, out, _ = outcomes("diff")
        assert code == 0
        lines = out.splitlines()
        assert lines[0].startswith(f"from {two[0]}, built ")
        assert lines[0].endswith("clinical data, filled in through 2026-06-30")
        assert lines[1].startswith(f"  to {two[1]}, built ")
        later = store.batches()[-1]
        assert f"batch come: {later.id[:12]} of canonical:canonical, imported " in out
        assert "batch left" not in out
        assert "setting" not in out
        observed = [line for line in lines if line.startswith("  response · ") and "· observed:" in line]
        assert len(observed) == 1
        # Wilson intervals of 0 and 3 of 6.
        assert "0 (0 to 0.3903) -> 0.5 (0.1876 to 0.8124); n_started 6 -> 7; n_responded 0 -> 3" in observed[0]

    def test_the_changed_rows_are_those_whose_measures_differ(self, outcomes: Command, two: tuple[str, str]) -> None:
        """Beside `outcomes measure` of both snapshots, row by row."""
        answer = json.loads(outcomes("diff", *two, "--format", "json")[1])
        assert answer["about"]["before"]["snapshot"] == two[0]
        assert answer["about"]["after"]["snapshot"] == two[1]
        found = {(row["measure"], row["statistic"]) for row in answer["rows"] if row["measure"] in ("flow", "response")}
        after = all_measures(outcomes)
        outcomes("rollback", two[0])
        before = all_measures(outcomes)
        expected = set()
        for name in ("flow", "response"):
            pairs = zip(before[name]["rows"], after[name]["rows"], strict=True)  # type: ignore[index]
            expected |= {(name, is_now["statistic"]) for was, is_now in pairs if was != is_now}
        assert found == expected
        assert expected

    def test_csv_has_both_sides_of_each_row(self, outcomes: Command, two: tuple[str, str]) -> None:
        rows_of_csv = list(csv.DictReader(io.StringIO(outcomes("diff", *two, "--format", "csv")[1])))
        (observed,) = [row for row in rows_of_csv if (row["measure"], row["statistic"]) == ("response", "observed")]
        assert (observed["before_n_responded"], observed["after_n_responded"]) == ("0", "3")

    def test_a_snapshot_beside_itself(self, outcomes: Command, two: tuple[str, str]) -> None:
        assert outcomes("diff", two[0], two[0])[1].splitlines()[-1] == "No headline result changed."

    def test_changed_settings_and_definitions_are_named(
        self, outcomes: Command, store: Store, two: tuple[str, str], tmp_path: Path
    ) -> None:
        config = tmp_path / "program.toml"
        config.write_text('program = "North"\n[onset]\nhorizon_days = 42\n')
        outcomes("build", "--config", config)
        code, out, _ = outcomes("diff", two[1][:8])
        assert code == 0
        assert "setting program: Infusion program -> North" in out
        assert "definition outcomes.onset.horizon_days: 56 -> 42" in out
        assert "batch " not in out
        assert store.current_id() not in two

    def test_after_a_batch_was_taken_back_the_two_are_named(
        self, outcomes: Command, store: Store, two: tuple[str, str]
    ) -> None:
        outcomes("retract", store.batches()[-1].id)
        outcomes("build")
        code, _, err = outcomes("diff")
        assert code == 2
        assert err == (
            f"outcomes: No snapshot was built before {two[0]}, which is in force. "
            f"Name the two: outcomes diff A B; others: {two[1]}.\n"
        )
        assert "batch left: " in outcomes("diff", two[1])[1]
        assert ", taken back 20" in outcomes("diff", two[1])[1]

    @pytest.mark.usefixtures("first")
    def test_the_only_snapshot_has_nothing_to_be_compared_with(self, outcomes: Command) -> None:
        code, _, err = outcomes("diff")
        assert code == 2
        assert "It is the only one." in err
