"""What a quarterly pack takes of a processor, part by part, beside the build of the snapshot that it tells of.

Run with ``make bench``. The sample data are built and their pack is made under each policy in all formats, every time
in a process of its own, a few rounds in turn. What counts is processor time of all threads, from the start of the
process: on a busy machine it is the steadier. The parts are the steps that the command tells of.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from pipelines.reports.asking import Asked  # before numpy, as in the command: see pipelines/__init__.py
from tests.benchmark.dashboard import make_store
from tests.benchmark.import_and_build import apart

if TYPE_CHECKING:
    from pipelines.definitions.disclosure import PolicyName

PERIOD, ROUNDS = "2026-Q3", 3
POLICIES: tuple[PolicyName, ...] = ("cms", "nhs", "internal")
LONGEST = 10.0
"""Seconds of processor time for the whole command."""

Parts = dict[str, float]


def main() -> int:
    """Prints the figures and says whether the limit is exceeded."""
    built: list[float] = []
    packs: dict[PolicyName, list[Parts]] = {policy: [] for policy in POLICIES}
    with tempfile.TemporaryDirectory() as name:
        for turn in range(ROUNDS):
            store = Path(name) / str(turn)
            built.append(apart(build_seconds, store))
            for policy, found in packs.items():
                own = Path(name) / f"{policy}-{turn}"  # A store keeps to one policy for what leaves the program.
                shutil.copytree(store, own)
                found.append(apart(pack_parts, own, own.with_suffix(".pack"), policy))
    print(f"import and build of the sample data: {median(built):.1f} s of processor time")
    longest = 0.0
    for policy, found in packs.items():
        whole = [sum(parts.values()) for parts in found]
        longest = max(longest, median(whole))
        print(f"\n{f'pack of {PERIOD} under {policy}':32}{'s':>8}{'of the build':>15}")
        for part in found[0]:
            _line(part, [parts[part] for parts in found], built)
        _line("all", whole, built)
    is_exceeded = longest > LONGEST
    print(f"\n{longest:.1f} s of processor time (at most {LONGEST:g}){': EXCEEDED' if is_exceeded else ''}")
    return int(is_exceeded)


def build_seconds(store: Path) -> float:
    """Imports and builds the sample data; call it apart."""
    make_store(store)
    return time.process_time()


def pack_parts(store: Path, folder: Path, policy: PolicyName) -> Parts:
    """Makes a pack as the command does, and gives the seconds of each of its steps; call it apart."""
    from pipelines.reports.letterhead import Letterhead
    from pipelines.reports.making import FORMATS
    from pipelines.reports.releasing import release_pack
    from pipelines.store import Store

    steps = {"start": 0.0}
    asked = Asked(PERIOD, policy, tuple(FORMATS), "a4")
    release_pack(Store(store), asked, folder, Letterhead(), lambda step: steps.setdefault(step, time.process_time()))
    ends = [*list(steps.values())[1:], time.process_time()]
    return {step: end - begin for (step, begin), end in zip(steps.items(), ends, strict=True)}


def _line(what: str, seconds: list[float], built: list[float]) -> None:
    times = median(own / whole for own, whole in zip(seconds, built, strict=True))
    print(f"{what:32}{median(seconds):8.2f}{times:15.2f}")


if __name__ == "__main__":
    sys.exit(main())
