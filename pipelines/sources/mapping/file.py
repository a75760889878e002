"""Reads a mapping and reports every mistake in it at once, each with its line and the nearest name there is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from pipelines.errors import MappingInvalid, nearest_or_all
from pipelines.sources.mapping.allowances import Allowance
from pipelines.sources.mapping.mistakes import Mistake
from pipelines.sources.mapping.parts import CourseColumns, InfusionColumns, MappingFile, ScoreColumns, Table
from pipelines.sources.mapping.values import PLACE, Cells, Place, PlacedPart, When

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"\s*(\"[^\"]*\"|'[^']*'|[A-Za-z0-9_-]+)\s*(?:\.|=)")
_BARE = re.compile(r"\"[^\"]*\"|'[^']*'|[^.\s]+")
_PARTS: dict[tuple[str, ...], type[BaseModel]] = {
    ("allow",): Allowance,
    ("course",): CourseColumns,
    ("table",): Table,
    ("table", "course"): CourseColumns,
    ("table", "infusion"): InfusionColumns,
    ("table", "score"): ScoreColumns,
}
_OWN_FIELDS = {"fields", "words", PLACE, "place"}
"""Names of our own that no mapping writes."""


_STAND_INS: dict[str | int, Any] = {
    "scale": {"constant": "?"},
    "when": "before the course",
    "total": {"constant": 0},
    "split": {},
}
"""What takes the place of a broken value, so that the rest of its part is checked too."""


Model = TypeVar("Model", bound=PlacedPart)


@dataclass(frozen=True)
class ReadMapping(Generic[Model]):
    """A mapping as far as it could be read.

    Attributes:
        name: the file's name.
        mapping: the parts without mistakes, or None if too little is left of it.
        mistakes: in the parts that were left out.
        lines: the line of each place.
    """

    name: str
    mapping: Model | None
    mistakes: tuple[Mistake, ...]
    lines: dict[Place, int]

    def refuse(self, further: Iterable[Mistake] = ()) -> None:
        """Refuses the mapping if there is any mistake.

        Raises:
            MappingInvalid: with all of them, in the order of their lines.
        """
        mistakes = [*self.mistakes, *(mistake for mistake in further if not self._follows(mistake.place))]
        if mistakes:
            raise MappingInvalid(self.name, self._told(mistakes))

    def _follows(self, place: Place) -> bool:
        """Whether a mistake may only follow from a part that was left out, around or inside of it."""
        return any(broken.place[: len(place)] == place or len(place) < 2 for broken in self.mistakes)

    def _told(self, mistakes: Sequence[Mistake]) -> list[str]:
        told = {(self._line(mistake.place), mistake.message): None for mistake in mistakes}
        return [f"line {line:,}: {message}" if line else message for line, message in sorted(told)]

    def _line(self, place: Place) -> int:
        """The line of the place, or of the nearest part around it."""
        return next((self.lines[place[:end]] for end in range(len(place), 0, -1) if place[:end] in self.lines), 0)


def read_mapping(path: Path) -> ReadMapping[MappingFile]:
    """Reads a mapping that says what the columns of tables mean.

    Raises:
        MappingInvalid: there is no such file, it is not TOML, or it states false alarms of identifiers alone.
    """
    read = read_mapping_as(
        path, MappingFile, "there is no such file; --suggest-mapping writes a draft of it from the headers"
    )
    if {place[0] for place in read.lines if place} == {"allow"}:
        raise MappingInvalid(
            path.name,
            ["it holds [[allow]] alone and says nothing of a table; say with --source which format the export has"],
        )
    return read


def read_mapping_as(path: Path, model: type[Model], if_missing: str = "there is no such file") -> ReadMapping[Model]:
    """Reads a mapping file of any model.

    Args:
        if_missing: the mistake that it is not to exist.

    Raises:
        MappingInvalid: there is no such file, or it is not TOML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        raw = tomllib.loads(text)
    except FileNotFoundError:
        raise MappingInvalid(path.name, [if_missing]) from None
    except (OSError, UnicodeDecodeError):
        raise MappingInvalid(path.name, ["it cannot be read as UTF-8 text"]) from None
    except tomllib.TOMLDecodeError as error:
        raise MappingInvalid(path.name, [f"it is not valid TOML: {error}"]) from None
    mapping, mistakes = _validated(raw, model)
    return ReadMapping(path.name, mapping, tuple(mistakes), line_numbers(text))


def _validated(raw: dict[str, Any], model: type[Model]) -> tuple[Model | None, list[Mistake]]:
    """The mapping without the parts that have mistakes: so that the other parts are checked too."""
    _set_places(raw)
    mistakes: list[Mistake] = []
    while True:
        try:
            return model.model_validate(raw), mistakes
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
        ways = [tuple(part for part in fault["loc"] if part not in _OWN_FIELDS) for fault in found]
        earlier = [mistake.place for mistake in mistakes]
        for fault, way in zip(found, ways, strict=True):
            place = _place_of(raw, way)
            if not any(broken[: len(place)] == place for broken in earlier):
                mistakes.append(Mistake(place, _described(place, fault["type"], fault["msg"], model)))
        broken = {way[:-1] if fault["type"] == "missing" else way for fault, way in zip(found, ways, strict=True)}
        if () in broken or not all(_take_out(raw, way) for way in sorted(broken, key=_order, reverse=True)):
            return None, mistakes


def _set_places(raw: dict[str, Any]) -> None:
    """Writes into each part of a mapping where it stands, so that this stays known when others are taken out."""
    if isinstance(raw.get("course"), dict):
        raw["course"][PLACE] = ("course",)
    for number, allowance in enumerate(_tables(raw.get("allow"))):
        allowance[PLACE] = ("allow", number)
    for number, table in enumerate(_tables(raw.get("table"))):
        table[PLACE] = ("table", number)
        if isinstance(table.get("course"), dict):
            table["course"][PLACE] = ("table", number, "course")
        for kind in ("infusion", "score"):
            for place, part in enumerate(_tables(table.get(kind))):
                part[PLACE] = ("table", number, kind, place)


def _tables(value: object) -> list[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _place_of(raw: dict[str, Any], way: Place) -> Place:
    """Where in the file a way through what is left of the mapping leads."""
    place: Place = ()
    holder: Any = raw
    for step in way:
        place = (*place, step)
        try:
            holder = holder[step]
        except (KeyError, IndexError, TypeError):
            holder = None
        if isinstance(holder, dict) and PLACE in holder:
            place = holder[PLACE]
    return place


def _order(way: Place) -> list[tuple[bool, int, str]]:
    return [(True, step, "") if isinstance(step, int) else (False, 0, step) for step in way]


def _take_out(raw: dict[str, Any], way: Place) -> bool:
    """Takes out what is at the end of a way; what its part cannot do without is replaced by what is no mistake."""
    stand_in = next((key for key in _STAND_INS if key in way), None)
    if stand_in is not None:
        way = way[: way.index(stand_in) + 1]
    holder: Any = raw
    for step in way[:-1]:
        try:
            holder = holder[step]
        except (KeyError, IndexError, TypeError):
            return True  # a part around it is out already
    try:
        if stand_in is not None and holder[stand_in] != _STAND_INS[stand_in]:
            holder[stand_in] = _STAND_INS[stand_in]
            return True
        del holder[way[-1]]
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _described(place: Place, kind: str, message: str, whole: type[BaseModel]) -> str:
    key = next((str(part) for part in reversed(place) if isinstance(part, str)), "")
    if kind == "extra_forbidden":
        return f"there is no key '{key}' here. {nearest_or_all(key, _keys_at(place[:-1], whole))}"
    if kind == "missing":
        return f"'{key}' is missing"
    text = message.removeprefix("Value error, ")
    text = text[0].lower() + text[1:] if text.startswith("Input should") else text
    return f"{key}: {text}" if key else text


def _keys_at(place: Place, whole: type[BaseModel]) -> list[str]:
    """The keys that the part at a place may have."""
    names = tuple(part for part in place if isinstance(part, str))
    model = _PARTS.get(names) if names else whole
    if model is None:
        in_split = len(names) > 1 and names[-2] == "split"
        model = When if in_split or names[-1] in ("when", "first_infusion", "ended") else Cells
    return [name for name in model.model_fields if name not in _OWN_FIELDS]


def line_numbers(text: str) -> dict[Place, int]:
    """On which line each table and key of a TOML text stands."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    here: Place = ()
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if depth == 0 and (header := _HEADER.match(line)):
            here = _table_place([_plain(part) for part in _BARE.findall(header[2])], header[1] == "[[", counts)
            lines.setdefault(here, number)
        elif depth == 0 and (key := _KEY.match(line)):
            lines.setdefault((*here, _plain(key[1])), number)
        elif depth > 0 and (key := _KEY.match(line)) and lines:
            last = max(lines, key=lambda place: lines[place])
            lines.setdefault((*last[: len(here) + 1], _plain(key[1])), number)
        bare = re.sub(r"\"[^\"]*\"|'[^']*'|#.*", "", line)
        if not _HEADER.match(line) or depth:
            depth = max(0, depth + bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}"))
    return lines


def _table_place(names: Sequence[str], is_array: bool, counts: dict[Place, int]) -> Place:
    place: Place = ()
    for name in names[:-1]:
        place = (*place, name)
        if place in counts:
            place = (*place, counts[place])
    place = (*place, names[-1])
    if is_array:
        counts[place] = counts.get(place, -1) + 1
        place = (*place, counts[place])
    return place


def _plain(name: str) -> str:
    return name[1:-1] if name[:1] in "\"'" else name
