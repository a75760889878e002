"""Readings of an export that is too large to be held as objects: packed as they are read, given back by patient.

They stay in the memory of this process, dates and record numbers among them; nothing of them is written anywhere.
"""

from __future__ import annotations

import pickle
from collections.abc import Collection, Iterator

from pipelines.sources.dated.records import ConditionReading, CourseReading, Reading, Readings, ScoreReading


class PackedReadings:
    """Readings by patient; about a quarter of a kilobyte each."""

    def __init__(self) -> None:
        self._packed: dict[str | None, list[bytes]] = {}

    @property
    def keys(self) -> Collection[str | None]:
        """Whom the readings are about; None stands for those that do not say."""
        return self._packed.keys()

    def add(self, reading: CourseReading | Reading | ScoreReading | ConditionReading) -> None:
        """Packs a reading: of a course or patient, of a score, of a diagnosis, else of an infusion."""
        self._packed.setdefault(reading.key, []).append(pickle.dumps(reading, pickle.HIGHEST_PROTOCOL))

    def chunks(self, n_readings: int) -> Iterator[Readings]:
        """All readings, patient after patient, about so many at a time; each can be asked for once."""
        chunk, n_in_chunk = Readings(), 0
        while self._packed:
            _, packed = self._packed.popitem()
            for reading in map(pickle.loads, packed):
                if isinstance(reading, CourseReading):
                    chunk.courses.append(reading)
                elif isinstance(reading, ScoreReading):
                    chunk.scores.append(reading)
                elif isinstance(reading, ConditionReading):
                    chunk.conditions.append(reading)
                else:
                    chunk.infusions.append(reading)
            n_in_chunk += len(packed)
            if n_in_chunk >= n_readings:
                yield chunk
                chunk, n_in_chunk = Readings(), 0
        if n_in_chunk:
            yield chunk
