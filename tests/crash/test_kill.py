"""A kill between any two steps of import and build: the last snapshot still answers, and running again completes."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
Answer = tuple[str, int, int]
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

    put_in_force = Store.put_in_force

    def put_in_force_and_step(self: Store, snapshot_id: str) -> None:
        put_in_force(self, snapshot_id)
        before_step()

    Store.put_in_force = put_in_force_and_step
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


def answer(store: Path) -> Answer:
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

    def killed_before(step: int) -> tuple[Answer, Answer, int]:
        """The answers after a kill before `step` and after running again, and the steps taken; none left is no kill."""
        store = tmp_path / f"killed-{step}"
        shutil.copytree(base, store)
        steps_taken = processes.Value("i", 0)
        killed = processes.Process(target=import_and_build_until, args=(str(store), str(after), step, steps_taken))
        killed.start()
        killed.join()
        assert killed.exitcode in (0, -signal.SIGKILL), f"step {step}: exit code {killed.exitcode}"
        found = answer(store)
        again = processes.Process(target=import_and_build, args=(str(store), str(after)))
        again.start()
        again.join()
        assert again.exitcode == 0, f"step {step}: running again ended with {again.exitcode}"
        completed = answer(store)
        assert not list(store.rglob(".unfinished-*")), f"step {step}: something unfinished was left"
        shutil.rmtree(store)
        return found, completed, steps_taken.value

    never = 1_000_000
    new, _, n_steps = killed_before(never)
    assert new[1:] == (5, 10)
    assert n_steps > 20, "fewer steps than import and build take"
    with ThreadPoolExecutor(max_workers=2) as pool:
        outcomes = list(pool.map(killed_before, range(n_steps)))
    for step, (found, completed, _) in enumerate(outcomes):
        assert found in (old, new), f"step {step}: neither the old nor the new answer"
        assert completed == new, f"step {step}: running again gives another answer"
    assert {found for found, _, _ in outcomes} == {old, new}, "kills before and after the new snapshot was in force"
