"""The pages of a pack as pictures, to look at on a screen before it leaves the program; each says so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from pipelines.reports.pdf import pack_data

if TYPE_CHECKING:
    from pipelines.reports.manifest import Paper
    from pipelines.reports.pack import Pack

_PPI = 100.0


@dataclass(frozen=True)
class Preview:
    """What the pages look like.

    Attributes:
        pages: as PNG, the first first.
        chapters: by their titles, each with the number of its first page.
    """

    pages: tuple[bytes, ...]
    chapters: dict[str, int]

    def chapter_of(self, page: int) -> str:
        """The chapter that a page belongs to; nothing before the first."""
        return next((title for title, first in reversed(self.chapters.items()) if first <= page), "")


def preview_of(pack: Pack, paper: Paper, mark: str) -> Preview:
    """The same pages as the PDF has.

    Args:
        mark: what is written across each page.
    """
    import typst

    data = json.dumps({**pack_data(pack, paper), "mark": mark}, ensure_ascii=False)
    with as_file(files(__package__).joinpath("pack.typ")) as template:
        compiler = typst.Compiler(template, ignore_system_fonts=True, sys_inputs={"pack": data})
        drawn = compiler.compile(format="png", ppi=_PPI)
        chapters = json.loads(compiler.query("<chapters>", field="value", one=True, format="json"))
    assert drawn is not None, "without a file to write to, the pages are given back"
    return Preview(tuple(drawn if isinstance(drawn, list) else [drawn]), dict(chapters))
