"""What a sentence is made of, and what a table is about."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from pipelines.definitions import Definitions
from pipelines.filters import Filters
from pipelines.words.catalogue import say
from pipelines.words.numbers import HIDDEN, confidence_words, count, is_hidden, listed
from pipelines.words.selection import selection_words, widen_advice

Row = Mapping[Hashable, Any]

MET = {"response": "n_responded", "remission": "n_in_remission", "reliable-change": "n_with_change", "sites": "n_met"}
"""What the courses that met a rule are called in the table of each measure."""

_SCALE_COUNT = re.compile(r"^(?P<scale>[A-Za-z0-9][A-Za-z0-9_-]*): (?P<n>[\d,]+|hidden)$")


@dataclass(frozen=True)
class Statement:
    """A sentence in the order of reading.

    Attributes:
        finding: the answer.
        basis: in brackets, how sure it is and what it rests on.
        more: whole sentences that belong to it.
        lead: the question that it answers, where several stand together.
        aside: whole sentences on what was counted, which a page sets below its figure.
        brief: the answer in a few words, for a title over several of them; empty where there is none.
    """

    finding: str
    basis: str = ""
    more: str = ""
    lead: str = ""
    aside: str = ""
    brief: str = ""

    @property
    def text(self) -> str:
        """All of it, as running text."""
        first = f"{self.finding} {self.basis}".strip()
        if not first.endswith((".", "!", "?")):
            first += "."
        lead = f"{self.lead}: " if self.lead else ""
        return " ".join(part for part in (f"{lead}{first}", self.more, self.aside) if part)


@dataclass(frozen=True)
class Context:
    """What every sentence needs beside its table.

    Attributes:
        definitions: of the snapshot, not the installed ones.
        data_through: how far the source had been filled in, None if nobody said.
        filters: what narrows the courses; the population always named.
    """

    definitions: Definitions
    data_through: date | None
    filters: Filters = field(default_factory=lambda: Filters(population="first_course"))

    @property
    def confidence(self) -> str:
        """`95 %`."""
        return confidence_words(self.definitions.outcomes.interval.confidence)

    @property
    def fewest(self) -> int:
        """Fewer than this are too few for a sentence."""
        return self.definitions.outcomes.display.fewest_for_a_sentence

    def label(self, condition: str) -> str:
        """`Depression`."""
        return self.definitions.conditions[condition].label

    def courses(self, condition: str) -> str:
        """`depression courses`, with what narrows them."""
        repeat = say("selection.repeat") if str(self.filters.population).startswith("repeat") else ""
        return f"{repeat}{self.word(condition)} courses{selection_words(self.filters)}"

    @property
    def selected(self) -> str:
        """The whole selection, to stand under a figure or at the head of a printed page."""
        population = say(f"choices.{self.filters.population}")
        conditions = listed([self.label(condition) for condition in self.filters.condition])
        scale = "" if self.filters.scale == "primary" else say("downloads.scale", scale=self.filters.scale)
        return say(
            "downloads.selected",
            conditions=conditions or say("downloads.all_conditions"),
            population=(population[0].lower() + population[1:]).removesuffix(", any baseline") + scale,
            narrowing=selection_words(self.filters),
        )

    @property
    def widen(self) -> str:
        """What to widen where there are too few courses to say; empty where nothing narrows them."""
        return widen_advice(self.filters)

    def word(self, condition: str) -> str:
        """The label inside a sentence: `depression`, but `OCD`."""
        label = self.label(condition)
        return label if label.split()[0].isupper() else label[0].lower() + label[1:]

    def rule_label(self, rule_version: str) -> str:
        """`50 % reduction` for `response_50 2026.1`."""
        return self.definitions.outcomes.rules[rule_version.split()[0]].label

    def maturity_warning(self, n_unknown: float = 0) -> str:
        """What to say when nobody knows how far the data go; empty when it is known.

        Args:
            n_unknown: courses of which it is not known although the program's date is.
        """
        if self.data_through is None:
            return say("basis.maturity_unknown")
        is_said = n_unknown and not is_hidden(n_unknown)
        return say("basis.maturity_undated", n_unknown=count(n_unknown)) if is_said else ""


def scales_in(note: str) -> dict[str, float]:
    """The scales that a table's note counts, as `PHQ-9: 717, MADRS: 20` at its start; NaN for a hidden count."""
    found: dict[str, float] = {}
    for part in note.split("; ")[0].split(", "):
        if match := _SCALE_COUNT.match(part):
            found[match["scale"]] = math.nan if match["n"] == HIDDEN else int(match["n"].replace(",", ""))
    return found


def scale_words(row: Row, context: Context) -> str:
    """The scales of a row in words, by the note or, where nothing was counted, the one asked for."""
    own = context.definitions.conditions[str(row["condition"])].scales[0]
    asked = own if context.filters.scale == "primary" else context.filters.scale
    return listed(list(scales_in(str(row["note"]))) or [asked])


def met_of(row: Row) -> float:
    """How many met the rule that the row's measure asks about; NaN where that is hidden."""
    met = row[MET[str(row["measure"])]]
    return float(met) if is_hidden(met) else int(met)


def statistic(table: pd.DataFrame, name: str) -> Row | None:
    """The row of one statistic in a table about one condition and group, or None."""
    found = np.flatnonzero((table["statistic"] == name).to_numpy())
    return _as_mapping(table.iloc[int(found[0])]) if found.size else None


def _as_mapping(row: pd.Series) -> Row:
    """What `to_dict("records")` gives of a row, without filtering every column: pages ask for hundreds of rows."""
    plain = (value.item() if isinstance(value, np.generic) else value for value in row)
    return {str(name): None if value is pd.NA else value for name, value in zip(row.index, plain, strict=True)}
