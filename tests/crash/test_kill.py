"""A kill between any two steps of what writes: the last snapshot still answers, and running again completes."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from traces import traces

from pipelines.durable import file_hash
from pipelines.filters import Filters
from pipelines.holdings import NOTHING_HELD, holdings_of
from pipelines.published import open_published
from pipelines.results.response import response_rates
from pipelines.snapshots import SnapshotFolder
from pipelines.sources.held import patients_in
from pipelines.store import Store

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is not known on this system")

COURSES = "course_id,conditions,quarter\n{}"
SCORES = "course_id,scale,days_from_start,total\n{}"
Answer = tuple[str, int, int]
Found = TypeVar("Found")
STATUS_LOST = 255  # what multiprocessing reports where its fork server could not tell how a process ended
EVERY_THIRD = 3  # of the steps of what only copies and writes: import and build, which all rests on, are killed at each
EVERY_NTH_REPORT = 40  # between two models nothing is written; a few of them stand for all


def program(folder: Path, first: int, last: int) -> Path:
    """Canonical files of courses whose response is known: those with an even number respond.

    Their ids begin with a letter that no hash holds, so that a search for one finds no hash.
    """
    folder.mkdir()
    numbers = range(first, last + 1)
    courses = "\n".join(f"K{n},depression,2025-Q1" for n in numbers)
    scores = "\n".join(f"K{n},PHQ-9,0,20\nK{n},PHQ-9,7,{10 if n % 2 == 0 else 15}" for n in numbers)
    (folder / "courses.csv").write_text(COURSES.format(courses) + "\n")
    (folder / "scores.csv").write_text(SCORES.format(scores) + "\n")
    return folder


def run(store: str, commands: list[list[str]]) -> None:
    """Runs commands on a store and ends the process with the greatest of their exit codes."""
    from pipelines.cli import main

    sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  # until the process ends
    os._exit(max(main(["--store", store, *command]) for command in commands))


def run_until(store: str, commands: list[list[str]], step: int, steps_taken: Any) -> None:
    """Runs commands and kills the process before its step number `step`."""
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
        (shutil, "copyfile"),
        (shutil, "rmtree"),
        (os, "unlink"),
    ):
        setattr(owner, name, stepping(getattr(owner, name)))

    put_in_force = SnapshotFolder.put_in_force

    def put_in_force_and_step(self: SnapshotFolder, snapshot_id: str) -> None:
        put_in_force(self, snapshot_id)
        before_step()

    SnapshotFolder.put_in_force = put_in_force_and_step
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
    run(store, commands)


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


@dataclass(frozen=True)
class Kills:
    """Runs commands on copies of a store, and kills them on the way."""

    processes: Any
    base: Path

    def run(self, store: Path, *commands: list[str]) -> int:
        return self._exit_code(run, str(store), list(commands))

    def before(self, step: int, *commands: list[str]) -> tuple[Path, int]:
        """A copy of the store after a kill before `step`, and the steps taken; none left is no kill."""
        store = self.base.with_name(f"killed-{step}")
        shutil.copytree(self.base, store)
        steps_taken = self.processes.Value("i", 0)
        code = self._exit_code(run_until, str(store), list(commands), step, steps_taken)
        assert code in (0, -signal.SIGKILL, STATUS_LOST), f"step {step}: exit code {code}"
        return store, steps_taken.value

    def _exit_code(self, target: Callable[..., None], *arguments: Any) -> int:
        process = self.processes.Process(target=target, args=arguments)
        process.start()
        process.join()
        return int(process.exitcode)


NEVER = 1_000_000


def some(n_steps: int, every: int = EVERY_THIRD) -> list[int]:
    """Every third step or as stated, and the last."""
    return [*range(0, n_steps - 1, every), n_steps - 1]


def at_each(steps: Iterable[int], killed_before: Callable[[int], Found]) -> list[Found]:
    """What is found after a kill before each of the steps, two at a time."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(killed_before, steps))


def test_a_kill_while_importing_and_building_leaves_a_snapshot_that_answers(tmp_path: Path, processes: Any) -> None:
    before, after = program(tmp_path / "before", 1, 4), program(tmp_path / "after", 5, 10)
    kills = Kills(processes, tmp_path / "base")
    assert kills.run(kills.base, ["import", str(before)], ["build"]) == 0
    old = answer(kills.base)
    assert old[1:] == (2, 4)
    commands = ["import", str(after)], ["build"]

    def killed_before(step: int) -> tuple[Answer, Answer, int]:
        """The answers after a kill before `step` and after running again, and the steps taken."""
        store, n_steps = kills.before(step, *commands)
        found = answer(store)
        code = kills.run(store, *commands)
        assert code == 0, f"step {step}: running again ended with {code}"
        completed = answer(store)
        assert not list(store.rglob(".unfinished-*")), f"step {step}: something unfinished was left"
        shutil.rmtree(store)
        return found, completed, n_steps

    new, _, n_steps = killed_before(NEVER)
    assert new[1:] == (5, 10)
    assert n_steps > 20, "fewer steps than import and build take"
    outcomes = at_each(range(n_steps), killed_before)
    for step, (found, completed, _) in enumerate(outcomes):
        assert found in (old, new), f"step {step}: neither the old nor the new answer"
        assert completed == new, f"step {step}: running again gives another answer"
    assert {found for found, _, _ in outcomes} == {old, new}, "kills before and after the new snapshot was in force"


def test_a_kill_while_going_back_leaves_a_snapshot_that_answers(tmp_path: Path, processes: Any) -> None:
    """Retract, rollback and prune; a batch is either taken back or not, a snapshot whole or gone."""
    kills = Kills(processes, tmp_path / "base")
    assert kills.run(kills.base, ["import", str(program(tmp_path / "before", 1, 4))], ["build"]) == 0
    old = answer(kills.base)
    assert kills.run(kills.base, ["import", str(program(tmp_path / "after", 5, 10))], ["build"]) == 0
    new = answer(kills.base)
    first, second = Store(kills.base).live_batches()
    retracted_already = 2
    commands = ["retract", second.id], ["rollback", old[0]], ["prune", "--keep", "0", "--yes"]

    def killed_before(step: int) -> tuple[Answer, bool, int, int]:
        """The answer after a kill, whether the batch was taken back, the snapshots left, and the steps taken."""
        store, n_steps = kills.before(step, *commands)
        found, live = answer(store), Store(store).live_batches()
        assert live in ([first], [first, second]), f"step {step}: a batch that is neither taken back nor not"
        left = Store(store).snapshots()
        assert all(not any(Store(store).file_faults(snapshot)) for snapshot in left), f"step {step}: half a snapshot"
        code = kills.run(store, *commands)
        assert code == (retracted_already if live == [first] else 0), f"step {step}: running again ended with {code}"
        assert answer(store) == old, f"step {step}: running again gives another answer"
        assert Store(store).live_batches() == [first]
        assert [snapshot.id for snapshot in Store(store).snapshots()] == [old[0]]
        assert not list(store.rglob(".unfinished-*")), f"step {step}: something unfinished was left"
        shutil.rmtree(store)
        return found, live == [first], len(left), n_steps

    found, is_retracted, n_left, n_steps = killed_before(NEVER)
    assert (found, is_retracted, n_left) == (old, True, 1)
    assert n_steps > 6, "fewer steps than the three commands take"
    outcomes = at_each(range(n_steps), killed_before)
    assert {(found, is_retracted, n_left) for found, is_retracted, n_left, _ in outcomes} >= {
        (new, False, 2),
        (new, True, 2),
        (old, True, 2),
        (old, True, 1),
    }, "a kill in each of the states on the way"


def test_a_kill_while_publishing_leaves_a_copy_that_answers(tmp_path: Path, processes: Any) -> None:
    kills = Kills(processes, tmp_path / "base")
    published = tmp_path / "published"
    publish = ["publish", "--to", str(published)]
    assert kills.run(kills.base, ["import", str(program(tmp_path / "first", 1, 4))], ["build"], publish) == 0
    old = answer(published)
    given_up = ["prune", "--keep", "0", "--yes"]
    assert kills.run(kills.base, ["import", str(program(tmp_path / "second", 5, 10))], ["build"], given_up) == 0
    new = answer(kills.base)

    def killed_before(step: int) -> tuple[Answer, int]:
        """The copy's answer after a kill, and the steps taken; the old snapshot leaves, as the store gave it up."""
        copy = tmp_path / f"published-{step}"
        shutil.copytree(published, copy)
        command = ["publish", "--to", str(copy)]
        store, n_steps = kills.before(step, command)
        found = answer(copy)
        assert answer(store) == new
        there = {path.name for path in (copy / "snapshots").glob("[!.]*")}
        written_down = {entry.snapshot for entry in Store(store).publications()}
        assert there <= written_down, f"step {step}: a copy that the store does not know"
        assert kills.run(store, command) == 0, f"step {step}: running again failed"
        assert [path.name for path in (copy / "snapshots").iterdir()] == [new[0]]
        assert answer(copy) == new
        assert not list(copy.rglob(".unfinished-*")), f"step {step}: something unfinished was left"
        shutil.rmtree(store)
        return found, n_steps

    found, n_steps = killed_before(NEVER)
    assert found == new
    assert n_steps > 6, "fewer steps than publishing takes"
    outcomes = at_each(some(n_steps), killed_before)
    assert {found for found, _ in outcomes} == {old, new}, "kills before and after the new one was in force there"


LOG_MAPPING = """\
courses = "from infusions"
dates = "YYYY-MM-DD"

[course]
conditions = { constant = "depression" }

[[table]]
record_number = "MRN"

[[table.infusion]]
when = { date = "Infusion" }

[[table.score]]
scale = { constant = "PHQ-9" }
split = { Before = "before this infusion" }
"""


def clinic_log(folder: Path, name: str, n_patients: int) -> list[str]:
    """A log with record numbers, and the options that read it."""
    lines = [f"MRN-{number},2025-02-03,20" for number in range(n_patients)]
    (folder / name).write_text("\n".join(["MRN,Infusion,Before", *lines]) + "\n")
    (folder / "mapping.toml").write_text(LOG_MAPPING)
    return [str(folder / name), "--name", "clinic", "--mapping", str(folder / "mapping.toml")]


def entries(crosswalk: Path) -> set[str]:
    return set(crosswalk.read_text().splitlines()) if crosswalk.exists() else set()


def patients(store: Path) -> set[str]:
    """Every pseudonym that the store holds."""
    held = Store(store)
    return patients_in(holdings_of(held, held.live_batches()).get("table:clinic", NOTHING_HELD))


def test_a_kill_while_importing_leaves_the_crosswalk_of_before_or_after(tmp_path: Path, processes: Any) -> None:
    kills = Kills(processes, tmp_path / "base")
    kept = tmp_path / "crosswalk.csv"
    assert kills.run(kills.base, ["import", *clinic_log(tmp_path, "old.csv", 2), "--crosswalk", str(kept)]) == 0
    old = entries(kept)
    log = clinic_log(tmp_path, "new.csv", 5)

    def killed_before(step: int) -> tuple[int, int]:
        """The entries of the crosswalk after a kill, and the steps taken."""
        crosswalk = tmp_path / f"crosswalk-{step}.csv"
        shutil.copy(kept, crosswalk)
        command = ["import", *log, "--crosswalk", str(crosswalk)]
        store, n_steps = kills.before(step, command)
        found = entries(crosswalk)
        assert found >= old, f"step {step}: patients were lost"
        assert all(any(patient in entry for entry in found) for patient in patients(store)), f"step {step}: no way back"
        assert kills.run(store, command) == 0, f"step {step}: running again failed"
        assert entries(crosswalk) >= found, f"step {step}: a patient got another pseudonym"
        assert len(patients(store)) == 5, f"step {step}: a patient counts twice"
        assert not list(tmp_path.glob(f".crosswalk-{step}.csv.unfinished")), f"step {step}: record numbers were left"
        shutil.rmtree(store)
        return len(found), n_steps

    n_entries, n_steps = killed_before(NEVER)
    assert (n_entries, len(old)) == (6, 3), "the header, and one for each patient"
    assert n_steps > 5, "fewer steps than an import takes"
    outcomes = at_each(some(n_steps), killed_before)
    assert {n_entries for n_entries, _ in outcomes} == {3, 6}, "kills before and after it was written"


def test_a_kill_while_deidentifying_leaves_all_files_or_none(tmp_path: Path, processes: Any) -> None:
    kills = Kills(processes, tmp_path / "base")
    kills.base.mkdir()
    log = clinic_log(tmp_path, "log.csv", 3)
    done, there_already = 0, 2

    def killed_before(step: int) -> tuple[bool, int]:
        """Whether the files were there after a kill, and the steps taken."""
        out, crosswalk = tmp_path / f"out-{step}", tmp_path / f"crosswalk-{step}.csv"
        command = ["deidentify", *log, "--crosswalk", str(crosswalk), "--out", str(out)]
        store, n_steps = kills.before(step, command)
        is_there = out.exists()
        code = kills.run(store, command)
        assert code == (there_already if is_there else done), f"step {step}: running again ended with {code}"
        manifest = json.loads((out / "manifest.json").read_text())
        assert {name: file_hash(out / name) for name in manifest["files"]} == manifest["files"]
        assert len(entries(crosswalk)) == 4, f"step {step}: files without a way back"
        left = {path.name for path in tmp_path.glob(f".out-{step}.unfinished/*")}
        assert "files" not in left, f"step {step}: files were left beside"
        return is_there, n_steps

    is_there, n_steps = killed_before(NEVER)
    assert is_there
    assert n_steps > 5, "fewer steps than it takes"
    outcomes = at_each(some(n_steps), killed_before)
    assert {is_there for is_there, _ in outcomes} == {True, False}


def test_a_kill_while_forgetting_leaves_a_snapshot_that_answers(tmp_path: Path, processes: Any) -> None:
    """At every fifth step, and the last: files are removed one by one, each of which alone tells nothing new."""
    kills = Kills(processes, tmp_path / "base")
    assert kills.run(kills.base, ["import", str(program(tmp_path / "before", 1, 4))], ["build"]) == 0
    assert kills.run(kills.base, ["import", str(program(tmp_path / "after", 75, 80))], ["build"]) == 0
    old = answer(kills.base)
    assert old[1:] == (5, 10)
    command = ["forget", "K78"]

    def killed_before(step: int) -> tuple[Answer, str, int]:
        """The answer after a kill, how far the forgetting was said to be, and the steps taken."""
        store, n_steps = kills.before(step, command)
        found, refused = answer(store), Store(store).refusals().patients
        said = "not begun" if not refused else "done" if refused[0].is_removed else "unfinished"
        if said == "done":
            assert list(traces(store, ["K78"]).values()) == [["refusals.json"]]
        assert kills.run(store, command) == 0, f"step {step}: running again failed"
        assert answer(store)[1:] == (4, 9), f"step {step}: running again gives another answer"
        assert list(traces(store, ["K78"]).values()) == [["refusals.json"]]
        assert not list(store.rglob(".unfinished-*")), f"step {step}: something unfinished was left"
        shutil.rmtree(store)
        return found, said, n_steps

    new, said, n_steps = killed_before(NEVER)
    assert (new[1:], said) == ((4, 9), "done")
    steps = some(n_steps, every=5)
    outcomes = at_each(steps, killed_before)
    for step, (found, _, _) in zip(steps, outcomes, strict=True):
        assert found in (old, new), f"step {step}: neither the old nor the new answer"
    assert {(found, said) for found, said, _ in outcomes} >= {
        (old, "not begun"),
        (old, "unfinished"),
        (new, "unfinished"),
    }
