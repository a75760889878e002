"""A project's data dictionary: its fields in order, with their forms, choices and validation types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from pipelines.errors import FileRefused
from pipelines.sources.redcap.words import TRUE_FALSE, YES_NO, redcap_words
from pipelines.sources.table.formats import RawTable

_CHOICE_KINDS = ("dropdown", "radio", "checkbox")
_NEEDED = ("name", "form", "kind")


@dataclass(frozen=True)
class Field:
    """One field of the dictionary.

    Attributes:
        kind: REDCap's field type: text, notes, calc, dropdown, radio, checkbox, yesno, truefalse, slider, file ...
        validation: its text validation type, such as `date_dmy` or `number_comma_decimal`; empty if it has none.
        annotation: with its action tags.
        choices: for each code its label.
    """

    name: str
    form: str
    kind: str
    label: str = ""
    validation: str = ""
    is_identifier: bool = False
    annotation: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_checkbox(self) -> bool:
        """Whether an export has a column for each of its choices."""
        return self.kind == "checkbox"

    @property
    def is_date(self) -> bool:
        """Whether it holds dates, with or without a time of day; REDCap exports them as ISO dates in every case."""
        return self.validation.startswith("date")

    @property
    def is_birth(self) -> bool:
        """Whether its name or label says that it is a birth date."""
        text = f"{self.name} {self.label}".casefold()
        return any(word in text for word in redcap_words()["births"]["words"])

    @property
    def has_decimal_comma(self) -> bool:
        """Whether its numbers are written with a decimal comma."""
        return "comma_decimal" in self.validation

    @property
    def takes_missing_codes(self) -> bool:
        """Whether a missing-data code may stand in it: the action tag @NOMISSING keeps them out."""
        return "@NOMISSING" not in self.annotation.upper()

    @property
    def why_never_read(self) -> str | None:
        """What it holds that is never read, if so: identifiers, free text, files."""
        known = redcap_words()["never_read"]
        if self.is_identifier:
            return "marked as an identifier"
        if self.kind in known["kinds"]:
            return str(known["kinds"][self.kind])
        return next((str(words) for type_, words in known["validations"].items() if type_ in self.validation), None)

    def option_name(self, code: str) -> str:
        """The column of one choice of a checkbox, as REDCap exports it: `field___code`."""
        return f"{self.name}___{plain_code(code)}"


@dataclass(frozen=True)
class Dictionary:
    """A project's data dictionary.

    Attributes:
        file_name: for messages.
        fields: by name, in the dictionary's order; the first holds the record id.
    """

    file_name: str
    fields: Mapping[str, Field]

    @cached_property
    def record_id(self) -> Field:
        """The field that names the record: the first one, whatever it is called."""
        return next(iter(self.fields.values()))

    @cached_property
    def forms(self) -> Mapping[str, Sequence[Field]]:
        """The fields of each form, in order; the record id belongs to every form and to none."""
        forms: dict[str, list[Field]] = {}
        for found in self.fields.values():
            own = forms.setdefault(found.form, [])
            if found is not self.record_id:
                own.append(found)
        return forms


def is_dictionary(header: Sequence[str]) -> bool:
    """Whether a header is that of a data dictionary."""
    known = redcap_words()["dictionary"]
    return all(any(name in header for name in known[key]) for key in ("name", "form"))


def read_dictionary(raw: RawTable) -> Dictionary:
    """Reads a data dictionary, as downloaded or as the API gives it.

    Raises:
        FileRefused: a column is missing, a line is cut off, or two lines define one field in different ways.
    """
    known = redcap_words()["dictionary"]
    fields: dict[str, Field] = {}
    places: dict[str, int] = {}
    n_columns = 0
    for line, cells in raw.rows():
        texts = [str(cell or "").strip() for cell in cells]
        if not places:
            n_columns = len(texts)
            places = {key: texts.index(name) for key, names in known.items() for name in names if name in texts}
            if missing := [known[key][1] for key in _NEEDED if key not in places]:
                raise FileRefused(
                    f"{raw.label} is no whole data dictionary: the column '{missing[0]}' is missing. Download the "
                    "dictionary from REDCap again."
                )
            continue
        if not any(texts):
            continue
        if len(texts) < n_columns:
            raise FileRefused(
                f"{raw.label} line {line:,}: {len(texts)} cells, expected {n_columns}. The data dictionary may be cut "
                "off; download it again."
            )
        found = _field({key: texts[place] for key, place in places.items()})
        if _plainly(fields.setdefault(found.name, found)) != _plainly(found):
            raise FileRefused(
                f"{raw.label} line {line:,}: the field '{found.name}' is defined a second time, and not in the same "
                "way. Are these two dictionaries in one file? Download it again."
            )
    if not fields:
        raise FileRefused(f"{raw.label} is a data dictionary without fields. Download it from REDCap again.")
    return Dictionary(raw.label, fields)


def plain_code(code: str) -> str:
    """A checkbox code as it stands in the name of a column: small letters, digits, and _ for all else."""
    return re.sub(r"[^a-z0-9]", "_", code.casefold())


def read_choices(text: str) -> dict[str, str]:
    """The codes and labels that a cell of the dictionary lists: `0, Not at all | 1, Several days`."""
    found: dict[str, str] = {}
    for part in text.split("|"):
        code, _, label = part.partition(",")
        if code.strip():
            found[code.strip()] = plain_label(label)
    return found


def plain_label(label: str) -> str:
    """A label as it is shown and exported: without markup, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", label).split())


def _plainly(field: Field) -> Field:
    """A checkbox without its label: some programs list it once for each choice, and add the choice to the label."""
    return replace(field, label="") if field.is_checkbox else field


def _field(cells: Mapping[str, str]) -> Field:
    kind = cells["kind"].casefold()
    choices: Mapping[str, str] = {}
    if kind in _CHOICE_KINDS:
        choices = read_choices(cells.get("choices", ""))
    elif kind == "yesno":
        choices = YES_NO
    elif kind == "truefalse":
        choices = TRUE_FALSE
    return Field(
        name=cells["name"],
        form=cells["form"],
        kind=kind,
        label=plain_label(cells.get("label", "")),
        validation=cells.get("validation", "").casefold(),
        is_identifier=cells.get("identifier", "").casefold() in ("y", "yes", "1", "true"),
        annotation=cells.get("annotation", ""),
        choices=choices,
    )
