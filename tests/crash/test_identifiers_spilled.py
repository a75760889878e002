"""What does not fit in memory is written beside the store for a moment: a refusal removes it, and after a kill the next
command does."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.cli import main
from pipelines.sources import judging
from pipelines.store import Store

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is not known on this system")

SEEDED = "ann.alder"
N_COURSES = 100_000
CONNECT, REFUSE = duckdb.connect, judging.refuse_identifiers


def export(folder: Path) -> Path:
    """Courses with an address in each, more of them than the memory of the import holds."""
    folder.mkdir()
    rows = (
        f"C{number},depression,{SEEDED}{number}@example.com of ward {number} {'-' * 30}" for number in range(N_COURSES)
    )
    (folder / "courses.csv").write_text("\n".join(["course_id,conditions,attr_ward", *rows]) + "\n", encoding="utf-8")
    return folder


def with_little_memory(*_: Any, config: dict[str, str]) -> duckdb.DuckDBPyConnection:
    return CONNECT(config={**config, "memory_limit": "20MB"})


def files_that_hold(folder: Path, value: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and value.encode() in path.read_bytes()]


def run_and_kill(store: str, inputs: str) -> None:
    """Imports with little memory and kills the process once the search has been through."""

    def killing(*arguments: Any) -> None:
        try:
            REFUSE(*arguments)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)

    duckdb.connect = with_little_memory
    judging.refuse_identifiers = killing
    main(["--store", store, "import", inputs])


def test_a_refusal_removes_what_was_spilled(tmp_path, monkeypatch, capsys):
    store, spilled = tmp_path / "store", list[Path]()

    def looking(*arguments: Any) -> None:
        try:
            REFUSE(*arguments)
        finally:
            spilled.extend(files_that_hold(store, SEEDED))

    monkeypatch.setattr(duckdb, "connect", with_little_memory)
    monkeypatch.setattr(judging, "refuse_identifiers", looking)
    assert main(["--store", str(store), "import", str(export(tmp_path / "export"))]) == 1
    told = capsys.readouterr()
    assert f"'attr_ward' holds e-mail addresses (email) in {N_COURSES:,} cells\n" in told.err
    assert SEEDED not in told.err + told.out
    assert spilled, "the test has to spill to say anything"
    assert files_that_hold(store, SEEDED) == []
    assert Store(store).leftovers() == []


def cleared_by_the_next_import(store: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    clean.mkdir()
    (clean / "courses.csv").write_text("course_id,conditions\nC1,depression\n", encoding="utf-8")
    assert main(["--store", str(store), "import", str(clean)]) == 0


def cleared_by_a_repair(store: Path, _tmp_path: Path) -> None:
    main(["--store", str(store), "check", "--repair"])


@pytest.mark.parametrize("clear", [cleared_by_the_next_import, cleared_by_a_repair])
def test_the_next_command_removes_what_a_killed_import_spilled(tmp_path, clear: Callable[[Path, Path], None]):
    store = tmp_path / "store"
    process = multiprocessing.get_context("forkserver").Process(
        target=run_and_kill, args=(str(store), str(export(tmp_path / "export")))
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert files_that_hold(store, SEEDED), "the test has to spill to say anything"
    clear(store, tmp_path)
    assert files_that_hold(store, SEEDED) == []
    assert Store(store).leftovers() == []
