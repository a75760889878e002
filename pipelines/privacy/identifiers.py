"""Which kind of identifier a column's name means, or a cell holds.

The kinds are data under review (`definitions/identifiers.toml`). Nothing here reads or keeps a value.

Reference: 45 CFR 164.514(b)(2)(i), the 18 identifiers of HIPAA's Safe Harbor.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pipelines.definitions.identifiers import Check, Identifiers
from pipelines.privacy.check_digits import passes

FREE_TEXT = "free_text"
NAME = "name"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
BLANKS = "\u00a0\u2007\u2009\u202f\t\r\n"
"""Dashes and blanks that are read as `-` and as a plain blank."""

_PLAIN = str.maketrans(DASHES + BLANKS, "-" * len(DASHES) + " " * len(BLANKS))
_ATTRIBUTE = "attr_"


class IdentifierReader:
    """Reads names and cells by the kinds of identifiers that there are."""

    def __init__(self, identifiers: Identifiers) -> None:
        self.identifiers = identifiers
        self._patterns: Mapping[str, list[tuple[re.Pattern[str], Check | None]]] = {
            kind: [(re.compile(pattern.matches), pattern.check) for pattern in rule.patterns]
            for kind, rule in identifiers.kinds.items()
        }
        self._names: dict[str, str] = {}
        for kind, rule in identifiers.kinds.items():
            for name in rule.names:
                self._names.setdefault(_squashed(name), kind)
        words = [(name, kind) for kind, rule in identifiers.kinds.items() for name in rule.name_words]
        self._words = sorted(words, key=lambda entry: -len(entry[0]))

    def kind_of_name(self, name: str) -> str | None:
        """The kind that a column of this name holds, or None; `attr_` before it and a number behind it say nothing."""
        words = _words(name.removeprefix(_ATTRIBUTE))
        for given in (words, re.sub(r" ?[0-9]+$", "", words)):
            if given and (kind := self._names.get(_squashed(given))) is not None:
                return kind
            for part, kind in self._words:
                if f" {part} " in f" {given} " or _squashed(given) == _squashed(part):
                    return kind
        return None

    def kinds_of_cell(self, text: str, kinds: Collection[str]) -> list[str]:
        """Those of the kinds that a cell holds; `text` as `plain` gives it."""
        return [kind for kind in kinds if self._holds(text, kind)]

    def kinds_with_patterns(self, *, of_ids: bool) -> list[str]:
        """The kinds that a cell is searched for; of ids fewer."""
        return [kind for kind, rule in self.identifiers.kinds.items() if rule.patterns and (rule.in_ids or not of_ids)]

    def expression(self, kinds: Collection[str]) -> str:
        """One regular expression for RE2 that finds every cell which may hold one of the kinds."""
        return "|".join(f"(?:{pattern.matches})" for kind in kinds for pattern in self.identifiers.kinds[kind].patterns)

    def permits(self, kind: str, text: str) -> bool:
        """Whether a cell of a column whose name means a kind is none of it; `text` as `plain` gives it."""
        permitted = self.identifiers.kinds[kind].permitted
        return permitted is not None and re.search(permitted.form, text) is not None and text not in permitted.but

    def is_long(self, text: str) -> bool:
        """Whether a cell is as long as a comment, or holds two sentences."""
        rule = self.identifiers.free_text
        return len(text) >= rule.long_from or re.search(rule.two_sentences, text) is not None

    def n_free_text(self, long_cells: Mapping[str, int]) -> int:
        """How many cells of a column are comments.

        Args:
            long_cells: how often each long value stands in it.
        """
        rule = self.identifiers.free_text
        n_cells = sum(long_cells.values())
        if len(long_cells) >= rule.fewest_long_values and n_cells < rule.repeats_below * len(long_cells):
            return n_cells
        return sum(n for text, n in long_cells.items() if len(text) >= rule.always_from)

    def are_names(self, n_values: int, n_cells: int, n_shaped: int) -> bool:
        """Whether a column holds names of people.

        Args:
            n_values: different values in it.
            n_cells: filled cells.
            n_shaped: different values that are shaped like names.
        """
        rule = self.identifiers.names_of_people
        return (
            n_values >= rule.fewest_values
            and n_shaped >= rule.share_of_values * n_values
            and n_values >= rule.values_per_cell * n_cells
        )

    def _holds(self, text: str, kind: str) -> bool:
        return any(
            check is None or passes(check, found[0])
            for pattern, check in self._patterns[kind]
            for found in pattern.finditer(text)
        )


def plain(text: str) -> str:
    """A cell as patterns read it: dashes and blanks of any kind as `-` and a plain blank, none around it."""
    return text.translate(_PLAIN).strip()


def _words(name: str) -> str:
    apart = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    return " ".join(re.findall(r"[^\W_]+", apart.casefold().replace("'s", "")))


def _squashed(words: str) -> str:
    return words.replace(" ", "")
