"""Two exports of one invented clinic, a quarter apart, and what is read back from its store."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from pipelines.store import Store

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


def all_measures(outcomes: Command) -> dict[str, Any]:
    from pipelines.commands.measure import MEASURES

    return {name: json.loads(outcomes("measure", name, "--format", "json")[1]) for name in MEASURES}


def rows(store: Store, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(store.snapshot_file(store.current_id(), "warehouse.duckdb")), read_only=True) as warehouse:
        return warehouse.execute(query).fetchall()
