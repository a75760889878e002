"""A kill between any two steps of import and build: the last snapshot still answers, and running again completes."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.filters import Filters
from pipelines.published import open_published
from pipelines.results.response import response_rates
from pipelines.store import Store

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is not known on this system")

COURSES = "course_id,conditions,quarter\n{}"
SCORES = "course_id,scale,days_from_start,total\n{}"
EVERY_NTH_REPORT = 12  # between two models nothing is written; a few of them stand for all


def program(folder: Path, first: int, last: int) -> Path:
    """Canonical files of courses whose response is known: those with an even number respond."""
    folder.mkdir()
    numbers = range(first, last + 1)
    courses = "\n".join(f"C{n},depression,2025-Q1" for n in numbers)
    scores = "\n".join(f"C{n},PHQ-9,0,20\nC{n},PHQ-9,7,{10 if n % 2 == 0 else 15}" for n in numbers)
    (folder / "courses.csv").write_text(COURSES.format(courses) + "\n")
    (folder / "scores.csv").write_text(SCORES.format(scores) + "\n")
    return folder


def import_and_build(store: str, source: str) -> None:
    from pipelines.cli import main

    sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  # until the process ends
    codes = [main(["--store", store, "import", source]), main(["--store", store, "build"])]
    os._exit(max(codes))


def import_and_build_until(store: str, source: str, step: int, steps_taken: Any) -> None:
    """Runs both commands and kills the process before its step number `step`."""
    import pipelines.progress

    taken = 0
    reports = 0

    def before_step() -> None:
        nonlocal taken
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)
        taken += 1
        steps_taken.value = taken

    def stepping(function: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*arguments: Any, **options: Any) -> Any:
            before_step()
            return function(*arguments, **options)

        return stepped

    for owner, name in (
        (Path, "mkdir"),
        (Path, "rename"),
        (Path, "replace"),
        (Path, "write_text"),
        (shutil, "rmtree"),
    ):
        setattr(owner, name, stepping(getattr(owner, name)))

    shown = pipelines.progress.shown

    from contextlib import contextmanager

    @contextmanager
    def counted(title: str, n_steps: int) -> Any:
        with shown(title, n_steps) as report:

            def stepped_report(message: str) -> None:
                nonlocal reports
                if reports % EVERY_NTH_REPORT == 0:
                    before_step()
                reports += 1
                report(message)

            yield stepped_report

    pipelines.progress.shown = counted
    import_and_build(store, source)


def answer(store: Path) -> tuple[str, int, int]:
    """The snapshot in force, and how many of how many courses it says responded by day 7."""
    published = open_published(Store(store))
    try:
        rates = response_rates(published, Filters(window="day_7", population="first_course"))
        row = rates.query("statistic == 'observed'").iloc[0]
        return published.manifest.id, int(row["n_responded"]), int(row["n_observed"])
    finally:
        published.close()


@pytest.fixture(scope="module")
def processes() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(
        ["pipelines.build", "pipelines.cli", "pipelines.progress", "pipelines.sources.intake"]
    )
    return context


def test_a_kill_at_any_step_leaves_a_snapshot_that_answers(tmp_path: Path, processes: Any) -> None:
    before, after = program(tmp_path / "before", 1, 4), program(tmp_path / "after", 5, 10)
    base = tmp_path / "base"
    run = processes.Process(target=import_and_build, args=(str(base), str(before)))
    run.start()
    run.join()
    assert run.exitcode == 0
    old = answer(base)
    assert old[1:] == (2, 4)

    new: tuple[str, int, int] | None = None
    seen = set()
    step = 0
    while True:
        store = tmp_path / f"killed-{step}"
        shutil.copytree(base, store)
        steps_taken = processes.Value("i", 0)
        killed = processes.Process(target=import_and_build_until, args=(str(store), str(after), step, steps_taken))
        killed.start()
        killed.join()
        finished = killed.exitcode == 0
        assert finished or killed.exitcode == -signal.SIGKILL, f"step {step}: exit code {killed.exitcode}"

        found = answer(store)
        assert found[1:] in ((2, 4), (5, 10)), f"step {step}: neither the old nor the new answer"
        seen.add(found[1:])

        if not finished:
            again = processes.Process(target=import_and_build, args=(str(store), str(after)))
            again.start()
            again.join()
            assert again.exitcode == 0, f"step {step}: running again ended with {again.exitcode}"
        completed = answer(store)
        new = new or completed
        assert completed == new, f"step {step}: running again gives another answer"
        assert not list(store.rglob(".unfinished-*")), f"step {step}: something unfinished was left"
        shutil.rmtree(store)
        if finished:
            break
        step += 1

    assert new is not None
    assert new[1:] == (5, 10)
    assert seen == {(2, 4), (5, 10)}, "kills before and after the new snapshot was put in force"
    assert step > 20, "fewer steps than import and build take"
