"""What is handed to Typst to be set on paper: the whole of a report's PDF as data."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest
import typst

from pipelines.reports.pack import Pack
from pipelines.reports.pdf import write_pdf


def handed_to_typst(pack: Pack, paper: Literal["a4", "letter"] = "a4") -> dict[str, Any]:
    """The data of a report's PDF, without setting it."""
    handed: list[str] = []

    def compiled(*_: object, sys_inputs: dict[str, str], **__: object) -> bytes:
        handed.append(sys_inputs["pack"])
        return b""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typst, "compile", compiled)
        write_pdf(pack, paper)
    data: dict[str, Any] = json.loads(handed[0])
    return data


def parts_with_data(pack: Pack, data: dict[str, Any]) -> list[tuple[Any, Any, dict[str, Any]]]:
    """Each part of a report with its section and with what is set of it."""
    return [
        (section, part, printed)
        for section, chapter in zip(pack.sections, data["chapters"], strict=True)
        for part, printed in zip(section.parts, chapter["parts"], strict=True)
    ]
