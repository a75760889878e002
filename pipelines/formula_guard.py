"""Text in a CSV file that a spreadsheet program would run as a formula: written with an apostrophe in front.

`guarded` and `unguarded` are each other's opposite for every text, so that what is written is read back as it was.

Reference: OWASP, CSV Injection
"""

from __future__ import annotations

import re

_RUN = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
GUARDED_CELL = r"^''*[=+\-@]"
"""A trimmed cell that `guarded` has written, as a regular expression for RE2."""


def guarded(text: str) -> str:
    """A text as it is written: with one more apostrophe if it would be run, but for apostrophes in front."""
    return f"'{text}" if _RUN.match(text) else text


def unguarded(text: str) -> str:
    """A text as it was before `guarded`."""
    return text[1:] if _GUARDED.match(text) else text
