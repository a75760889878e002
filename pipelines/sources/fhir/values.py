"""Values of answers and measurements: a number, or a coded answer whose score a list tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from pipelines.sources.fhir.questionnaires import number_of, weight_in
from pipelines.sources.fhir.shapes import objects, text_of

_NUMBER = re.compile(r"\s*[+-]?\d{1,9}(?:\.\d{1,9})?\s*", re.ASCII)


class Value(NamedTuple):
    """A value.

    Attributes:
        number: as text, where it is one.
        system, code: of a coded answer.
        weight: the score that an extension of the answer states.
        is_bound: whether only less or more than a number is said.
    """

    number: str | None
    system: str | None = None
    code: str | None = None
    weight: str | None = None
    is_bound: bool = False


UNREADABLE = Value(None)
"""A text that is no number, a date, a file ...; nothing of it is kept."""


def value_of(holder: Mapping[str, Any]) -> Value | None:
    """The `value[x]` of an answer, an Observation or a component; None where there is none."""
    quantity = holder.get("valueQuantity")
    if quantity is not None:
        if not isinstance(quantity, dict):
            return UNREADABLE
        if quantity.get("comparator") is not None:
            return Value(None, is_bound=True)
        return None if quantity.get("value") is None else Value(number_of(quantity["value"]))
    for name in ("valueInteger", "valueDecimal"):
        if name in holder:
            return Value(number_of(holder[name]))
    coding = holder.get("valueCoding")
    if coding is None and isinstance(concept := holder.get("valueCodeableConcept"), dict):
        coding = next(iter(objects(concept.get("coding"))), {})
    if isinstance(coding, dict):
        weight = weight_in(coding) or weight_in(holder)
        return Value(None, text_of(coding.get("system")), text_of(coding.get("code")), weight)
    if isinstance(flag := holder.get("valueBoolean"), bool):
        return Value(str(int(flag)))
    if isinstance(text := holder.get("valueString"), str):
        return Value(text.strip()) if _NUMBER.fullmatch(text) else UNREADABLE
    return UNREADABLE if any(name.startswith("value") for name in holder) else None
