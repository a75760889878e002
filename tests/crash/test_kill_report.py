"""A kill before any change that `outcomes report` makes on a disk: no half of a pack, and none that is forgotten."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import shutil
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.cli import EXIT_BUG, main
from pipelines.published import open_published
from pipelines.reports import releasing
from pipelines.reports.asking import Asked
from pipelines.reports.letterhead import Letterhead
from pipelines.reports.making import Made
from pipelines.reports.manifest import MANIFEST, hashes
from pipelines.reports.releasing import drafted_pack
from pipelines.store import Store

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="SIGKILL is not known on this system")
PERIOD = "2025-Q1"
CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir")
NEVER = 1_000_000


def report_until(folder: str, made: bytes, step: int, steps_taken: Any) -> None:
    """Writes a pack that was made before, and kills the process before its change number `step` below the folder."""
    taken = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal taken
        is_writing = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if not is_writing and event not in CHANGES:
            return
        if not isinstance(arguments[0], str | Path):
            return
        path = Path(arguments[0])
        if path.is_absolute() and not path.is_relative_to(folder):
            return
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)
        taken += 1
        steps_taken.value = taken

    sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  # until the process ends
    pack = pickle.loads(made)
    releasing.made_pack = (lambda *_: pack) if pack else (lambda *_: 1 / 0)
    sys.addaudithook(watch)
    os._exit(main(["--store", f"{folder}/store", "report", PERIOD, "--formats", "csv", "--out", f"{folder}/out/pack"]))


@dataclass(frozen=True)
class Reports:
    """Writes packs on copies of a folder with a store, and is killed on the way."""

    processes: Any
    base: Path

    def killed_before(self, step: int, made: Made) -> tuple[Path, int]:
        """A copy of the folder after a kill before `step`, and the steps taken; none left is no kill."""
        folder = self.base.with_name(f"killed-{step}")
        shutil.copytree(self.base, folder)
        code, n_steps = self.run(folder, made, step)
        assert code in (0, -signal.SIGKILL), f"step {step}: exit code {code}"
        assert (code == 0) == (step == NEVER)
        return folder, n_steps

    def run(self, folder: Path, made: Made | None, step: int = NEVER) -> tuple[int, int]:
        """The exit code and the steps taken; without a pack the command fails where it would make one."""
        steps_taken = self.processes.Value("i", 0)
        process = self.processes.Process(target=report_until, args=(str(folder), pickle.dumps(made), step, steps_taken))
        process.start()
        process.join()
        return int(process.exitcode), steps_taken.value


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    base = tmp_path_factory.mktemp("report") / "base"
    base.mkdir()
    courses = "".join(f"K{n},depression,{PERIOD}\n" for n in range(40))
    scores = "".join(f"K{n},PHQ-9,0,20\nK{n},PHQ-9,21,{8 + n % 5}\n" for n in range(40))
    (base / "courses.csv").write_text(f"course_id,conditions,quarter\n{courses}")
    (base / "scores.csv").write_text(f"course_id,scale,days_from_start,total\n{scores}")
    place = ["--store", str(base / "store")]
    assert main([*place, "import", str(base / "courses.csv"), str(base / "scores.csv")]) == 0
    assert main([*place, "build"]) == 0
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipelines.cli", "pipelines.reports.releasing", "pipelines.progress"])
    return Reports(context, base)


@pytest.fixture(scope="module")
def made(reports: Reports) -> Made:
    """A pack of a few files, as the store gives it."""
    store = Store(reports.base / "store")
    published = open_published(store)
    asked = Asked(PERIOD, "cms", ("csv",), "a4")
    whole = drafted_pack(store, published, asked, Letterhead(), lambda _: None).made
    published.close()
    return of_files(whole, {name: whole.files[name] for name in sorted({*whole.files} - {MANIFEST})[:2]})


def of_files(made: Made, files: dict[str, bytes]) -> Made:
    manifest = made.manifest.model_copy(update={"files": hashes(files)})
    return replace(made, files={**files, MANIFEST: manifest.as_file()}, manifest=manifest)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def released(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    return [(release.id, release.ledger) for release in Store(folder / "store").releases()]


def test_a_kill_leaves_no_half_of_a_pack_and_none_that_is_not_remembered(reports: Reports, made: Made) -> None:
    remembered = [(made.manifest.release, made.ledger)]

    def killed_before(step: int) -> tuple[bool, bool, int]:
        """Whether the pack stood after a kill, whether it was remembered, and the steps taken."""
        folder, n_steps = reports.killed_before(step, made)
        pack = folder / "out" / "pack"
        is_there, is_remembered = pack.exists(), released(folder) == remembered
        assert contents(pack) == (made.files if is_there else {}), f"step {step}: half a pack"
        assert is_remembered or not released(folder)
        assert is_remembered or not is_there, f"step {step}: a pack that the store does not know"
        assert reports.run(folder, made)[0] == 0, f"step {step}: running again failed"
        assert contents(folder / "out") == {f"pack/{name}": content for name, content in made.files.items()}
        assert released(folder) == remembered, f"step {step}: running again releases something else"
        assert not Store(folder / "store").leftovers()
        shutil.rmtree(folder)
        return is_there, is_remembered, n_steps

    *found, n_steps = killed_before(NEVER)
    assert found == [True, True]
    assert n_steps > 10, "fewer steps than it takes"
    outcomes = {killed_before(step)[:2] for step in range(n_steps)}
    assert outcomes == {(False, False), (False, True), (True, True)}, "a kill in each of the states on the way"


def test_a_kill_while_a_pack_takes_the_place_of_another_loses_neither(
    reports: Reports, made: Made, tmp_path: Path
) -> None:
    earlier = of_files(made, {name: content + b" " for name, content in made.files.items() if name != MANIFEST})
    shutil.copytree(reports.base, tmp_path / "base")
    there = replace(reports, base=tmp_path / "base")
    assert there.run(there.base, earlier)[0] == 0

    def killed_before(step: int) -> tuple[str, int]:
        """What stood in the place after a kill, and the steps taken."""
        folder, n_steps = there.killed_before(step, made)
        found = contents(folder / "out" / "pack")
        stands = next((name for name, of in (("earlier", earlier), ("new", made)) if found == of.files), "none")
        if stands == "none":
            assert not found, f"step {step}: half a pack"
            aside = contents(folder / "out/.pack.unfinished/earlier")
            assert aside == earlier.files, f"step {step}: the earlier one is lost"
            assert there.run(folder, None)[0] == EXIT_BUG
            assert contents(folder / "out/pack") == earlier.files, f"step {step}: the earlier one is not put back"
        assert there.run(folder, made)[0] == 0, f"step {step}: running again failed"
        assert contents(folder / "out") == {f"pack/{name}": content for name, content in made.files.items()}
        assert len(released(folder)) == 1
        shutil.rmtree(folder)
        return stands, n_steps

    stands, n_steps = killed_before(NEVER)
    assert stands == "new"
    assert {killed_before(step)[0] for step in range(n_steps)} == {"earlier", "none", "new"}
