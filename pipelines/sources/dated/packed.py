"""Readings of an export that is too large to be held as objects: packed as they are read, given back by patient.

They stay in the memory of this process, dates and record numbers among them; nothing of them is written anywhere.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import fields
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

from pipelines.sources.dated.records import ConditionReading, CourseReading, Reading, Readings, ScoreReading


class Keyed(Protocol):
    """A record, as a dataclass, that says whom it is about."""

    @property
    def key(self) -> str | None: ...  # noqa: D102


Record = TypeVar("Record", bound=Keyed)


class Packed(Generic[Record]):
    """Records by whom they are about; a hundred bytes or two each."""

    def __init__(self) -> None:
        self._packed: dict[str | None, list[bytes]] = {}
        self._classes: list[type[Any]] = []
        self._packers: dict[type[Any], tuple[int, Callable[[Any], Any]]] = {}

    @property
    def keys(self) -> Collection[str | None]:
        """Whom the records are about; None stands for those that do not say."""
        return self._packed.keys()

    def add(self, record: Record) -> None:
        """Packs a record."""
        known = self._packers.get(record.__class__)
        place, values = known if known is not None else self._packer(record.__class__)
        packed = pickle.dumps((place, values(record)), pickle.HIGHEST_PROTOCOL)
        self._packed.setdefault(record.key, []).append(packed)

    def groups(self) -> Iterator[list[Record]]:
        """The records about each, as they were added; each can be asked for once."""
        classes, loads = self._classes, pickle.loads
        while self._packed:
            _, packed = self._packed.popitem()
            group = []
            for one in packed:
                place, values = loads(one)
                group.append(classes[place](*values))
            yield group

    def _packer(self, kind: type[Any]) -> tuple[int, Callable[[Any], Any]]:
        self._classes.append(kind)
        packer = self._packers[kind] = len(self._classes) - 1, attrgetter(*(field.name for field in fields(kind)))
        return packer


AnyReading = CourseReading | Reading | ScoreReading | ConditionReading


class PackedReadings(Packed[AnyReading]):
    """Readings by patient."""

    def chunks(self, n_readings: int) -> Iterator[Readings]:
        """All readings, patient after patient, about so many at a time; each can be asked for once."""
        chunk, n_in_chunk = Readings(), 0
        for group in self.groups():
            _sort_in(group, chunk)
            n_in_chunk += len(group)
            if n_in_chunk >= n_readings:
                yield chunk
                chunk, n_in_chunk = Readings(), 0
        if n_in_chunk:
            yield chunk


def _sort_in(group: Iterable[AnyReading], readings: Readings) -> None:
    """Adds readings of courses or patients, of scores, of diagnoses, and of infusions, each to its own."""
    for reading in group:
        if isinstance(reading, CourseReading):
            readings.courses.append(reading)
        elif isinstance(reading, ScoreReading):
            readings.scores.append(reading)
        elif isinstance(reading, ConditionReading):
            readings.conditions.append(reading)
        else:
            readings.infusions.append(reading)
