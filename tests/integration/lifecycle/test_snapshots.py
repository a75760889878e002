"""Earlier snapshots: listed, put in force again, removed."""

from __future__ import annotations

import duckdb
import pytest
from exports import Command

from pipelines.durable import file_hash
from pipelines.store import Store

pytestmark = pytest.mark.usefixtures("models_read_once")


def test_the_list_says_what_is_in_force_and_from_which_batches(
    outcomes: Command, store: Store, two: tuple[str, str]
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


def test_an_empty_store_has_nothing_to_list(outcomes: Command, store: Store) -> None:
    code, out, _ = outcomes("snapshots")
    assert code == 0
    assert out == "No snapshot yet: run `outcomes build`.\n\nNo batch yet: run `outcomes import`.\n"
    assert not store.folder.exists()


def test_rollback_puts_an_earlier_one_in_force(outcomes: Command, store: Store, two: tuple[str, str]) -> None:
    code, out, _ = outcomes("rollback", two[0][:6])
    assert code == 0
    assert f"Snapshot {two[0]} of " in out
    assert store.current_id() == two[0]
    assert outcomes("rollback", two[0])[1] == f"Snapshot {two[0]} is in force already.\n"


def test_rollback_to_a_damaged_one_is_refused(outcomes: Command, store: Store, two: tuple[str, str]) -> None:
    store.snapshot_file(two[0], "warehouse.duckdb").write_bytes(b"cut off")
    code, _, err = outcomes("rollback", two[0])
    assert code == 3
    assert f"Snapshot {two[0]} is damaged: a file of it is missing or was changed." in err
    assert store.current_id() == two[1]


def test_rollback_to_none_names_those_there_are(outcomes: Command, two: tuple[str, str]) -> None:
    code, _, err = outcomes("rollback", "zzz")
    assert code == 2
    assert f"There is no snapshot 'zzz'. Known: {two[0][:12]}, {two[1][:12]}." in err


@pytest.mark.parametrize("command", [["rollback", "abc"], ["prune"]])
def test_without_a_snapshot_nothing_is_made(outcomes: Command, store: Store, command: list[str]) -> None:
    code, _, err = outcomes(*command)
    assert code == 3
    assert "has no snapshot yet" in err
    assert not store.folder.exists()


def test_prune_keeps_the_one_in_force_and_those_built_last(
    outcomes: Command, store: Store, two: tuple[str, str]
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
def test_prune_asks_first(outcomes: Command, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
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
    outcomes: Command, store: Store, two: tuple[str, str]
) -> None:
    from pipelines.published import Published

    reader = Published(store.snapshot_file(two[0], "published.duckdb"))
    assert outcomes("prune", "--keep", "1", "--yes")[0] == 0
    assert reader.options("condition") == {"depression": 6}
    reader.close()


def test_rollback_to_one_that_this_version_cannot_read_is_refused(
    outcomes: Command, store: Store, two: tuple[str, str]
) -> None:
    """As another version might have made it: whole, with settings that are not known here."""
    path = store.snapshot_file(two[0], "published.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("""update about set settings = '{"shade": "blue"}'""")
    manifest = store.snapshots_folder / two[0] / "manifest.json"
    snapshot = store.named_snapshot(two[0])
    files = {**snapshot.files, "published.duckdb": file_hash(path)}
    manifest.write_text(snapshot.model_copy(update={"files": files}).model_dump_json())
    for command in (["rollback", two[0]], ["diff"]):
        code, _, err = outcomes(*command)
        assert code == 3
        assert f"Snapshot {two[0]} was made by another version of this program, which this one cannot read." in err
    assert store.current_id() == two[1]
