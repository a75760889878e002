"""What tells who a person is: the shape of identifiers.toml, which every import is checked against.

Reference: 45 CFR 164.514(b)(2)(i), the 18 identifiers of HIPAA's Safe Harbor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from pipelines.definitions.bases import Cited, Shape, Words

KindId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Check = Literal["card", "day_and_month", "digits_and_letters", "iban", "ip", "telephone_digits", "vin", "zip"]
"""What beside its form makes a text an identifier; see `privacy/check_digits.py`."""


def _compiled(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    if "(?=" in pattern or "(?!" in pattern or "(?<" in pattern:
        raise ValueError("RE2 has no look-around")
    return pattern


Expression = Annotated[str, AfterValidator(_compiled)]
"""A regular expression that RE2 (in DuckDB) and Python read alike."""


class Pattern(Shape):
    """What a cell with an identifier holds, and what it has to pass beside."""

    matches: Expression
    check: Check | None = None


class PermittedCells(Cited):
    """What is no identifier, though its column is called like one.

    Attributes:
        form: what a cell may look like.
        but: cells of that form that are one all the same.
    """

    form: Expression
    but: tuple[Words, ...] = ()


class IdentifierKind(Shape):
    """One kind of identifier.

    Attributes:
        paragraph: its letter in the list of 18, A to R; None for free text.
        words: what messages call several of them.
        names: names of columns that hold it, in small letters with blanks.
        name_words: words of which a column's name holds all, one after the other.
        permitted: what cells of a column of such a name may hold; it is then judged by them and not by its name.
        patterns: what a cell holds.
        in_ids: whether ids are checked for it, too.
        allowed: where a mapping may state that it is a false alarm.
    """

    paragraph: Annotated[str, StringConstraints(pattern=r"^[A-R]$")] | None = None
    words: Words
    names: tuple[Words, ...] = ()
    name_words: tuple[Words, ...] = ()
    permitted: PermittedCells | None = None
    patterns: tuple[Pattern, ...] = ()
    in_ids: bool = False
    allowed: Literal["anywhere", "ids", "nowhere"] = "anywhere"


class FreeText(Cited):
    """When the cells of a column are comments; lengths in characters.

    Attributes:
        long_from: a cell of so many is long, as is one of two sentences.
        fewest_long_values: so many different long values make a column of comments,
        repeats_below: if there are fewer long cells than so many for each of them.
        always_from: a single cell of so many is a comment.
        two_sentences: what two sentences hold.
    """

    long_from: int = Field(gt=0)
    fewest_long_values: int = Field(gt=0)
    repeats_below: int = Field(gt=0)
    always_from: int = Field(gt=0)
    two_sentences: Expression


class NamesOfPeople(Cited):
    """When the cells of a column are names: nearly all of another value, and nearly all shaped like names.

    Attributes:
        matches: the shape.
        fewest_values: so many different values.
        share_of_values: at least this share of them is shaped like names.
        values_per_cell: at least so many different values for each filled cell.
    """

    matches: Expression
    fewest_values: int = Field(gt=0)
    share_of_values: float = Field(gt=0, le=1)
    values_per_cell: float = Field(gt=0, le=1)


class Identifiers(Cited):
    """identifiers.toml.

    Attributes:
        not_checked: for a canonical column the kinds that its own content looks like.
    """

    version: Words
    not_checked: Mapping[str, tuple[KindId, ...]]
    free_text: FreeText
    names_of_people: NamesOfPeople
    kinds: Mapping[KindId, IdentifierKind]
