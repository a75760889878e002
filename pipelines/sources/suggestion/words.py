"""The words by which a draft of a mapping recognises columns; they stand in words.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipelines.definitions import Scale
from pipelines.sources.spreadsheet import Cell
from pipelines.sources.table.cells import folded

_FILE = Path(__file__).with_name("words.toml")
_FEWEST_LETTERS_OF_A_SCALE = 3
_ITEM = re.compile(r"(?:item |q |question |i )?(\d{1,2})")
_TOTAL = {"", "total", "score", "total score", "sum", "sum score"}


@dataclass(frozen=True)
class ScaleColumn:
    """A header that names a scale.

    Attributes:
        scale: its id.
        rest: what else the header says, in plain words.
    """

    scale: str
    rest: str

    @property
    def item(self) -> int | None:
        """The number of an item, if the rest is one."""
        found = _ITEM.fullmatch(self.rest)
        return int(found[1]) if found else None

    @property
    def is_total(self) -> bool:
        """Whether nothing but a total is meant."""
        return self.rest in _TOTAL


class Words:
    """The words, with the names of the scales.

    Args:
        scales: those of the registry.
    """

    def __init__(self, scales: Mapping[str, Scale]) -> None:
        self._raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))
        self._scales = scales

    @cached_property
    def _scale_names(self) -> Mapping[str, str]:
        """The scale of each plain name that only one scale bears."""
        found: dict[str, set[str]] = {}
        for scale in self._scales.values():
            for name in (scale.id, *scale.also_called):
                found.setdefault(plain_words(name).replace(" ", ""), set()).add(scale.id)
        return {name: min(ids) for name, ids in found.items() if len(ids) == 1}

    def role(self, header: str) -> str | None:
        """What a column holds, by its header: a key of `[columns]`, or None."""
        words = plain_words(header)
        forms = {words, split_digits(words)}
        return next((role for role, known in self._raw["columns"].items() if forms & set(known)), None)

    def rank(self, role: str, header: str) -> int:
        """How early in the list of a role a header stands; the first is the surest."""
        words = plain_words(header)
        known: list[str] = self._raw["columns"][role]
        return min(known.index(form) for form in (words, split_digits(words)) if form in known)

    def infusion_number(self, header: str) -> int | None:
        """The number of the infusion whose date a column holds, or None."""
        text = split_digits(plain_words(header))
        for pattern in self._raw["infusions"]["words"]:
            found = re.fullmatch(pattern.replace("{n}", r"(\d{1,2})"), text)
            if found:
                return int(found[1])
        return None

    def time(self, rest: str) -> str | None:
        """The phrase that a few words stand for, or None."""
        for phrase, patterns in self._raw["times"].items():
            for pattern in patterns:
                found = re.fullmatch(pattern.replace("{n}", r"(\d{1,3}(?: \d)?)"), rest)
                if found:
                    return str(phrase).replace("{n}", found[1].replace(" ", ".")) if found.groups() else str(phrase)
        return None

    def scale_column(self, header: str) -> ScaleColumn | None:
        """The scale that a header names, with what else it says; the reading whose rest is understood goes first."""
        readings = sorted(self._scale_readings(header), key=lambda found: (not self._is_understood(found), found.rest))
        return readings[0] if readings else None

    def known_scale(self, text: str) -> str | None:
        """The scale that a text in a column of scales names, and nothing besides but a version."""
        found = self.scale_column(text)
        if found is None or not re.fullmatch(r"(v(ersion)? ?\d( \d)?|total|score|self|form)?", found.rest):
            return None
        return found.scale

    def visit(self, text: str) -> str | None:
        """The phrase that the name of a visit stands for, if it is made of words of ours alone."""
        return self.time(split_digits(plain_words(text)))

    def item_codes(self, texts: Iterable[str], n_items: int) -> dict[str, str]:
        """Codes that are letters and a running number: what they stand for in a form of so many items.

        Only a whole row of codes counts: all from 1 to the last item, and perhaps one more, the total.
        """
        rows: dict[str, dict[int, str]] = {}
        for text in texts:
            found = re.fullmatch(r"([A-Za-z]+(?:\d{2}|[_-])?)0?(\d{1,2})", text)
            if found:
                rows.setdefault(found[1], {})[int(found[2])] = text
        for row in rows.values():
            if sorted(row) == list(range(1, n_items + 1)):
                return {code: str(number) for number, code in sorted(row.items())}
            if sorted(row) == list(range(1, n_items + 2)):
                return {code: str(n) if n <= n_items else '"total"' for n, code in sorted(row.items())}
        return {}

    def knows(self, header: str) -> bool:
        """Whether a header says anything in words of ours."""
        return any((self.role(header), self.infusion_number(header), self.scale_column(header)))

    def is_blank(self, cell: Cell) -> bool:
        """Whether a cell stands for nothing."""
        return isinstance(cell, str) and folded(cell) in self._raw["cells"]["blank"]

    def below_in(self, texts: Iterable[str]) -> list[str]:
        """Which words that open a line below the patients are among texts, as a filter states them."""
        found = {folded(text).rstrip(":. ") for text in texts}
        return [f"{word}*" for word in self._raw["cells"]["below"] if word in found]

    def values(self, column: str) -> Mapping[str, str | int]:
        """What texts stand for everywhere in a column of this kind."""
        return dict(self._raw["values"].get(column, {}))

    def _is_understood(self, found: ScaleColumn) -> bool:
        return found.is_total or found.item is not None or self.time(found.rest) is not None

    def _scale_readings(self, header: str) -> Iterator[ScaleColumn]:
        tokens = plain_words(header).split()
        for start in range(len(tokens)):
            for end in range(len(tokens), start, -1):
                scale = self._scale_names.get("".join(tokens[start:end]))
                if scale is not None:
                    yield ScaleColumn(scale, split_digits(" ".join([*tokens[:start], *tokens[end:]])))
        for name, scale in self._scale_names.items():
            if tokens and len(name) >= _FEWEST_LETTERS_OF_A_SCALE and tokens[0].startswith(name) and tokens[0] != name:
                yield ScaleColumn(scale, split_digits(" ".join([tokens[0].removeprefix(name), *tokens[1:]])))


def plain_words(text: str) -> str:
    """A header in small letters, with blanks for punctuation."""
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))


def split_digits(words: str) -> str:
    """Words with letters and digits apart: `wk2` is `wk 2`."""
    return " ".join(re.findall(r"[a-z]+|\d+", words))
