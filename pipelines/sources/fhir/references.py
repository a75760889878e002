"""References between resources: each becomes the type and id of what it refers to, however it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipelines.sources.fhir.shapes import objects

_WRITTEN = re.compile(r"(?:.*/)?([A-Z][A-Za-z]{2,40})/([A-Za-z0-9.\-]{1,128})(?:/_history/[^/]+)?")


def reference_of(value: object, urls: Mapping[str, str]) -> str | None:
    """What a Reference refers to, as `Patient/17`; None where it cannot be followed.

    Relative and absolute addresses and, in bundles, the names of entries are followed. A search, an identifier without
    a reference, and a resource inside another one (`#...`) are not.

    Args:
        urls: how the entries of the bundle are called.
    """
    text = value.get("reference") if isinstance(value, dict) else None
    return written_reference(text, urls) if isinstance(text, str) else None


def written_reference(text: str, urls: Mapping[str, str]) -> str | None:
    """What the text of a reference refers to."""
    if text in urls:
        return urls[text]
    found = _WRITTEN.fullmatch(text)
    return f"{found[1]}/{found[2]}" if found else None


def patient_of(value: object, urls: Mapping[str, str]) -> str | None:
    """The id of the Patient that a Reference refers to; None where it cannot be followed, or is no Patient."""
    if isinstance(value, dict):
        text = value.get("reference")
        if isinstance(text, str):
            if text.startswith("Patient/") and "/" not in text[8:]:
                return text[8:] or None
            reference = written_reference(text, urls)
            if reference is not None and reference.startswith("Patient/"):
                return reference[8:]
    return None


def own_reference(resource: Mapping[str, Any]) -> str | None:
    """How others refer to a resource."""
    name = resource.get("id")
    return f"{resource['resourceType']}/{name}" if isinstance(name, str) and name else None


def references_of(values: object, urls: Mapping[str, str]) -> tuple[str, ...]:
    """What a list of References refers to; those that cannot be followed left out."""
    if not isinstance(values, list):
        return ()
    return tuple(found for value in values if (found := reference_of(value, urls)) is not None)


def contained_in(resource: Mapping[str, Any], value: object) -> dict[str, Any] | None:
    """The resource inside another one that a Reference, or the text of one, names (`#...`)."""
    text = value.get("reference") if isinstance(value, dict) else value
    if not isinstance(text, str) or not text.startswith("#"):
        return None
    return next((one for one in objects(resource.get("contained")) if one.get("id") == text[1:]), None)
