"""Codes and labels of a field's choices: which of the two a mapping may write, and which numbers are answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pipelines.definitions import Scale
from pipelines.errors import nearest_name
from pipelines.sources.mapping.mistakes import Mistake
from pipelines.sources.mapping.parts import CourseColumns, InfusionColumns, ScoreColumns, Table
from pipelines.sources.mapping.values import Cells, Place, Scalar
from pipelines.sources.redcap.dictionary import Field
from pipelines.sources.redcap.mapping import RedcapMapping
from pipelines.sources.table.cells import folded
from pipelines.sources.table.columns import item_columns


def code_mistake(field: Field, scale: Scale, mapping: RedcapMapping) -> str | None:
    """Why the codes of an item's choices are not the item's answers, if they are not.

    A form that codes its answers 1 to 4 would otherwise score four points too many on every item it shares, in silence.
    """
    if not field.choices or scale.items is None:
        return None
    blank = {folded(text) for text in mapping.blank}
    codes = [code for code, label in field.choices.items() if folded(code) not in blank and folded(label) not in blank]
    allowed = {str(number) for number in range(scale.items.minimum, max(scale.items.item_maxima) + 1)}
    odd = [code for code in codes if re.sub(r"(?<=\d)[a-z]$", "", code.casefold()) not in allowed]
    if not odd:
        return None
    return (
        f"the choices of '{field.name}' have the codes {', '.join(codes)}, and an item of {scale.id} is "
        f"{scale.items.minimum} to {max(scale.items.item_maxima)}: say in a [[table.score]] with answers what each "
        f'stands for, or list codes for missing data under blank (blank = ["{odd[-1]}"])'
    )


class LabelWriter:
    """Writes codes of choices as labels wherever a mapping says what texts stand for.

    Args:
        fields: those that have choices.
    """

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self._fields = fields
        self.mistakes: list[Mistake] = []

    def table(self, table: Table) -> Table:
        """A table of the mapping with labels in place of codes."""
        update: dict[str, object] = {
            key: self._filters(getattr(table, key), (*table.place, key)) for key in ("skip_where", "keep_where")
        }
        if table.course is not None:
            update["course"] = table.course.model_copy(update={"fields": self._of(table.course)})
        update["infusion"] = tuple(part.model_copy(update={"fields": self._of(part)}) for part in table.infusion)
        update["score"] = tuple(self._score(part) for part in table.score)
        return table.model_copy(update=update)

    def _of(self, part: CourseColumns | InfusionColumns) -> dict[str, Cells | None]:
        return {name: self._cells(cells, (*part.place, name)) for name, cells in part.fields.items()}

    def _score(self, part: ScoreColumns) -> ScoreColumns:
        update: dict[str, object] = {
            key: self._cells(getattr(part, key), (*part.place, key))
            for key in ("scale", "total", "item", "rater", "timing", "infusion_number")
        }
        if part.answers:
            update["answers"] = dict(self._answers(part))
        if part.when is not None and part.when.visit in self._fields:
            values = self._values(part.when.values, part.when.visit or "", (*part.place, "when"))
            update["when"] = part.when.model_copy(update={"values": values})
        return part.model_copy(update=update)

    def _cells(self, cells: Cells | None, place: Place) -> Cells | None:
        if cells is None or cells.column not in self._fields or not cells.values:
            return cells
        return cells.model_copy(update={"values": self._values(cells.values, cells.column or "", place)})

    def _filters(self, filters: Mapping[str, tuple[str, ...]], place: Place) -> dict[str, tuple[str, ...]]:
        found = {}
        for column, texts in filters.items():
            plain = [text for text in texts if text and "*" not in text and column in self._fields]
            labels = self._values(dict.fromkeys(plain, True), column, place) if plain else {}
            found[column] = (*(text for text in texts if text not in plain), *labels)
        return found

    def _answers(self, part: ScoreColumns) -> Iterator[tuple[str, int]]:
        """The answers as stated, and for each that names a code the label of that code."""
        yield from part.answers.items()
        names = [*item_columns(part.items, list(self._fields)), *([part.answer] if part.answer else [])]
        for field in (self._fields[name] for name in names if name in self._fields):
            for code, label in field.choices.items():
                if code in part.answers and label not in part.answers:
                    yield label, part.answers[code]

    def _values(self, values: Mapping[str, Scalar], column: str, place: Place) -> dict[str, Scalar]:
        """What texts stand for, by the labels of a field's choices, where the mapping may name codes or labels."""
        field = self._fields[column]
        labels = {folded(label): label for label in field.choices.values()}
        found: dict[str, Scalar] = {}
        for text, value in values.items():
            label, of_code = labels.get(folded(text)), field.choices.get(text)
            if label is not None and of_code is not None and folded(of_code) != folded(label):
                self.mistakes.append(
                    Mistake(
                        place,
                        f"'{text}' is the code of one choice of '{column}' and the label of another; write the label "
                        "of the one that is meant",
                    )
                )
            elif (meant := label if label is not None else of_code) is not None:
                found[meant] = value
            else:
                nearest = nearest_name(text, [*field.choices.values(), *field.choices])
                hint = f"Did you mean '{nearest}'?" if nearest else f"Known: {', '.join(field.choices.values())}."
                self.mistakes.append(Mistake(place, f"'{text}' is no choice of '{column}'. {hint}"))
        return found
