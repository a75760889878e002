"""A store, the command line on it, and a clinic's export taken twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from exports import FIRST, LATER, Command, export

from pipelines import cli
from pipelines.store import Store


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


@pytest.fixture
def two(outcomes: Command, store: Store, first: Path, later: Path) -> tuple[str, str]:
    """The ids of the snapshots of both exports."""
    assert first.exists()
    earlier = store.current_id()
    outcomes("import", later, "--data-through", "2026-09-30")
    outcomes("build")
    return earlier, store.current_id()
