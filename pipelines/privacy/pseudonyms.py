"""What stands for a patient or a site: a letter that says which, and letters and digits at random.

Reference: 45 CFR 164.514(c): a code must not be derived from what it stands for.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Literal

Kind = Literal["patient", "site"]

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_BEGINS: Mapping[Kind, str] = {"patient": "P", "site": "S"}
_LENGTHS: Mapping[Kind, int] = {"patient": 12, "site": 4}


def drawn_pseudonym(kind: Kind) -> str:
    """A pseudonym of a patient or a code of a site, drawn at random; it may be taken already."""
    return _BEGINS[kind] + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTHS[kind]))


def is_pseudonym(text: str, kind: Kind = "patient") -> bool:
    """Whether a text is one as a crosswalk draws it; no other patient has a patient's by chance."""
    return re.fullmatch(rf"{_BEGINS[kind]}[{_LETTERS}]{{{_LENGTHS[kind]}}}", text) is not None
