"""Answers of a file that never changes, kept: one page asks for the same sums many times over."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import TypeVar, cast

Answer = TypeVar("Answer")
_MOST = 128
"""About what two pages ask for."""


class Answers:
    """The latest answers, by query and parameters; readers share them, each with a scope among its parameters."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], object] = OrderedDict()
        self._lock = Lock()

    def of(self, query: str, parameters: Mapping[str, object], ask: Callable[[], Answer]) -> Answer:
        """What was answered before, or what `ask` answers now; a question that fails is asked again."""
        key = (query, repr(sorted(parameters.items())))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast("Answer", self._kept[key])
        answer = ask()
        with self._lock:
            self._kept[key] = answer
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return answer
