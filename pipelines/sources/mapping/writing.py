"""Texts of a mapping as TOML writes them."""

from __future__ import annotations

import json


def quoted(text: str) -> str:
    """A text as a basic string of TOML: all that JSON has to escape is escaped alike, and so is the delete sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
