"""Fields as they should be, whatever stands there: a list of objects, or a text."""

from __future__ import annotations

from typing import Any


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list; none where there is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_of(value: object) -> str | None:
    """A text; None for anything else."""
    return value if isinstance(value, str) else None
