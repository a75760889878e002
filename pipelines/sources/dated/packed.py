"""Records of an export that is too large to be held as objects: packed as they are read, given back by patient.

They stay in the memory of this process, dates and record numbers among them; nothing of them is written anywhere.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from dataclasses import fields
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar


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
