"""What figures are called where they are offered, and what files that are taken along are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from pipelines.words.catalogue import catalogue, say
from pipelines.words.selection import attribute_words, level_words
from pipelines.words.statement import Context

_LONGEST_SELECTION = 60


def picture_words(key: str, context: Context) -> str:
    """`Spread of change, depression` for the figure `spread_depression`, `Response by site` for `response_by_site`."""
    key, _, group = key.partition("_by_")
    if group:
        return say("picture.by", what=picture_words(key, context), group=attribute_words(group))
    names = [name for name in _stems(key) if f"picture.{name}" in catalogue()]
    if not names:
        return level_words(key).capitalize()
    named = catalogue()[f"picture.{names[0]}"]
    rest = key.removeprefix(names[0]).lstrip("_")
    for condition in context.definitions.conditions:
        if rest == condition or rest.startswith(f"{condition}_"):
            rest = f"{context.word(condition)} {rest.removeprefix(condition).lstrip('_')}".strip()
    return f"{named}, {rest}" if rest else named


def file_words(name: str, chosen: Sequence[str], built: date) -> str:
    """`response-by-quarter-depression-2026-11-05`: what it is, the selection, and the day of the snapshot.

    Args:
        name: what it is, in words.
        chosen: the values of the selection; one that the name says already is not said twice.
        built: the day on which the snapshot was built.
    """
    what = _hyphened(name)
    values = [value for value in map(_hyphened, chosen) if value not in what]
    selection = "-".join(values)[:_LONGEST_SELECTION].strip("-")
    return "-".join(part for part in (what, selection, built.isoformat()) if part)


def _stems(key: str) -> list[str]:
    parts = key.split("_")
    return ["_".join(parts[:n]) for n in range(len(parts), 0, -1)]


def _hyphened(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
