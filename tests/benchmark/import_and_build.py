"""How long import and build take beside the bare typed load of the same files, and how that grows.

Run with ``make bench``. Generated canonical CSV of 100,000 and 1,000,000 courses with twelve scores each; every
step in a process of its own, a few rounds in turn, so that a change of the machine's speed falls on all alike.
The bare load is ``create table ... as from read_csv`` into a database file with types pinned and nothing
checked. There are no infusion rows, so windows are counted from the first infusion.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import TypeVar

import duckdb

Returned = TypeVar("Returned")
N_SMALL, N_LARGE, ROUNDS = 100_000, 1_000_000, 3
LIMITS = {"times the time of a tenth of the courses": 12.0, "times the bare load": 7.0, "GB at the peak": 6.0}
VISIT_DAYS = [0, 1, 3, 7, 10, 14, 21, 28, 35, 42, 49, 56]

COURSES = """
select
    printf('C%07d', i) as course_id,
    printf('P%07d', i) as patient_id,
    ['depression', 'anxiety', 'chronic_pain'][1 + i % 3] as conditions,
    printf('Site %02d', 1 + (i * 7) % 12) as site,
    printf('%d-Q%d', 2022 + (i * 11) % 4, 1 + (i * 13) % 4) as quarter,
    ['iv', 'im'][1 + ((i * 17) % 10 = 0)::integer] as route
from range($n) as courses(i)
"""
SCORES = """
select
    printf('C%07d', i) as course_id,
    ['PHQ-9', 'GAD-7', 'PAIN-NRS'][1 + i % 3] as scale,
    day as days_from_start,
    greatest(0, least(
        [27, 21, 10][1 + i % 3],
        ([18, 14, 7][1 + i % 3] * (1 - ((i * 19) % 100) / 100 * least(1, day / 14)))::integer + (i * 23 + day) % 5 - 2
    )) as total
from range($n) as courses(i), unnest($days) as visits(day)
"""
TYPES = {
    "courses": "{'course_id': 'VARCHAR', 'patient_id': 'VARCHAR', 'conditions': 'VARCHAR', 'site': 'VARCHAR', "
    "'quarter': 'VARCHAR', 'route': 'VARCHAR'}",
    "scores": "{'course_id': 'VARCHAR', 'scale': 'VARCHAR', 'days_from_start': 'INTEGER', 'total': 'INTEGER'}",
}


@dataclass(frozen=True)
class Run:
    """Seconds on the wall clock and the peak memory of one process, in GB."""

    seconds: float
    peak_gb: float


def main() -> int:
    """Prints the figures and says which limit is exceeded."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for n in (N_SMALL, N_LARGE):
            apart(generate, folder / str(n), n)
        runs: dict[tuple[str, int], list[Run]] = {}
        for turn in range(ROUNDS):
            for step in (bare, ours):
                for n in (N_SMALL, N_LARGE):
                    output = folder / f"{step.__name__}-{n}-{turn}"
                    runs.setdefault((step.__name__, n), []).append(apart(measured, step, folder / str(n), output))
        for (step, n), found in runs.items():
            words = {"bare": "bare typed load", "ours": "import and build"}[step]
            times = ", ".join(f"{run.seconds:.1f}" for run in found)
            print(f"{words}, {n:,} courses: {times} s; peak {max(run.peak_gb for run in found):.1f} GB")
        large = runs["ours", N_LARGE]
        figures = [
            ratio(large, runs["ours", N_SMALL]),
            ratio(large, runs["bare", N_LARGE]),
            max(run.peak_gb for run in large),
        ]
        exceeded = False
        for (what, limit), figure in zip(LIMITS.items(), figures, strict=True):
            exceeded |= figure > limit
            print(f"{figure:.1f} {what} (at most {limit:g}){': EXCEEDED' if figure > limit else ''}")
        return int(exceeded)


def generate(folder: Path, n: int) -> None:
    """Writes courses.csv and scores.csv for `n` courses."""
    folder.mkdir()
    connection = duckdb.connect()
    connection.execute(f"copy ({COURSES}) to '{folder}/courses.csv'", {"n": n})
    connection.execute(f"copy ({SCORES}) to '{folder}/scores.csv'", {"n": n, "days": VISIT_DAYS})


def apart(function: Callable[..., Returned], *arguments: object) -> Returned:
    """What a function returns, called in a process of its own.

    Linux counts the peak of the process that starts another into the peak of that other: so whatever needs memory
    runs apart, the generation of the files too.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        return process.submit(function, *arguments).result()


def measured(step: Callable[[Path, Path], None], source: Path, output: Path) -> Run:
    """Runs one step and says what it took; call it apart."""
    start = time.perf_counter()
    step(source, output)
    seconds = time.perf_counter() - start
    return Run(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)


def bare(source: Path, output: Path) -> None:
    """The same files as typed tables in a database file, nothing checked."""
    connection = duckdb.connect(str(output))
    for table, types in TYPES.items():
        connection.execute(
            f"create table {table} as from read_csv('{source}/{table}.csv', auto_detect = false, header = true, "
            f"delim = ',', columns = {types})"
        )
    connection.close()


def ours(source: Path, output: Path) -> None:
    """Import and build, as the commands run them."""
    from pipelines.build import build
    from pipelines.settings import Settings, read_settings
    from pipelines.sources.intake import import_files
    from pipelines.sources.options import ImportOptions
    from pipelines.store import Store

    _, definitions = read_settings(None)
    settings = Settings(anchor="first_infusion")
    store = Store(output)
    import_files(store, [source], ImportOptions(), settings, definitions, lambda _: None)
    build(store, settings, definitions, lambda _: None)


def ratio(above: list[Run], below: list[Run]) -> float:
    """The median over rounds of the ratio within a round."""
    return median(a.seconds / b.seconds for a, b in zip(above, below, strict=True))


if __name__ == "__main__":
    sys.exit(main())
