"""A pack on paper: tagged PDF after PDF/UA-1, made by Typst from `pack.typ`, the same bytes for the same pack.

Nothing of this machine goes into it: no system font, no clock, no file but the template.
"""

from __future__ import annotations

import json
from importlib.resources import files
from math import ceil
from typing import TYPE_CHECKING, Any, Literal

from pipelines.look import LIGHT
from pipelines.reports.about_words import about_facts
from pipelines.reports.figures.drawing import figure_svgs
from pipelines.reports.figures.style import WIDTH, load_matplotlib, svg_height
from pipelines.reports.printed_table import table_data
from pipelines.reports.series import labels, rows_drawn
from pipelines.words.catalogue import catalogue, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.reports.pack import About, Pack, PackFigure, PackSection, Part
    from pipelines.words.entries import Entry
    from pipelines.words.statement import Statement

Paper = Literal["a4", "letter"]
_TYPST_PAPER = {"a4": "a4", "letter": "us-letter"}
_LABELS = (
    "contents",
    "key_results",
    "methods",
    "glossary",
    "withheld",
    "synthetic",
    "synthetic_more",
    "title",
    "source",
)
_LINE, _LETTERS_A_LINE, _TOGETHER = 15.5, 85, 480.0
"""Of a sentence on paper: the height of a line in points and what it holds; and what a page has room for."""


def write_pdf(pack: Pack, paper: Paper) -> bytes:
    """The whole pack as PDF.

    Args:
        pack: what it says.
        paper: A4, or US Letter.

    Raises:
        FolderUnfit: figures need a folder that can be written, and there is none.
    """
    import typst

    load_matplotlib()
    return typst.compile(
        files(__package__).joinpath("pack.typ").read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        sys_inputs={"pack": json.dumps(pack_data(pack, paper), ensure_ascii=False)},
    )


def pack_data(pack: Pack, paper: Paper) -> dict[str, Any]:
    """A pack as the template reads it."""
    about = pack.about
    named = labels(pack)
    return {
        "paper": _TYPST_PAPER[paper],
        "document": say("report_page.document", program=about.program, period=about.period),
        "program": about.program,
        "period": about.period,
        "snapshot": about.snapshot,
        "built": [about.built.year, about.built.month, about.built.day],
        "is_synthetic": about.is_synthetic,
        "labels": {name: catalogue()[f"report_page.{name}"] for name in _LABELS},
        "page": catalogue()["report_page.page"],
        "snapshot_label": say("about.snapshot"),
        "nothing": say("report_figures.nothing"),
        "colours": {name: getattr(LIGHT, name) for name in ("ink", "muted", "faint", "rule", "chosen", "alert")},
        "facts": [{"name": name, "text": text} for name, text in about_facts(pack)],
        "logo": _logo_data(about),
        "cohorts": list(about.cohorts),
        "key_results": [_statement_data(each) for each in pack.key_results],
        "chapters": [_chapter_data(section, pack, named) for section in pack.sections],
        "withheld": list(pack.withheld),
        "methods": [
            {"title": each.title, "intro": each.intro, "entries": _entries_data(each.entries)} for each in pack.methods
        ],
        "glossary": _entries_data(pack.glossary),
    }


def _logo_data(about: About) -> dict[str, Any] | None:
    if about.logo is None:
        return None
    kind = "jpg" if about.logo.kind == "jpeg" else about.logo.kind
    return {"bytes": list(about.logo.content), "kind": kind, "alt": say("report_page.logo", program=about.program)}


def _chapter_data(section: PackSection, pack: Pack, named: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": section.title,
        "colour": LIGHT.of(section.condition).colour if section.condition else LIGHT.ink,
        "parts": [_part_data(part, section, pack, named) for part in section.parts],
    }


def _part_data(part: Part, section: PackSection, pack: Pack, named: Mapping[str, str]) -> dict[str, Any]:
    figures = [_figure_data(figure, pack, named) for figure in part.figures]
    tables = [table_data(pack.tables[name], WIDTH) for name in part.tables if len(pack.tables[name].printed)]
    return {
        "title": part.title if part.title != section.title else "",
        "statements": [_statement_data(each) for each in part.statements],
        "is_kept": _is_kept(part, figures, tables),
        "figures": figures,
        "tables": tables,
        "notes": list(part.notes),
    }


def _is_kept(part: Part, figures: Sequence[Mapping[str, Any]], tables: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a page has room for the sentences together with the figure, or the table, that they are about."""
    if not figures:
        return bool(tables) and bool(tables[0]["is_whole"])
    if not figures[0]["sheets"]:
        return False
    lines = sum(ceil(len(said.text) / _LETTERS_A_LINE) for said in part.statements)
    return bool(_LINE * lines + figures[0]["sheets"][0]["height"] <= _TOGETHER)


def _figure_data(figure: PackFigure, pack: Pack, named: Mapping[str, str]) -> dict[str, Any]:
    svgs = figure_svgs(figure.kind, rows_drawn(pack, figure), named, pack.fewest)
    sheets = [
        {"svg": svg, "alt": _alt(figure.alt, n, len(svgs)), "height": svg_height(svg)}
        for n, svg in enumerate(svgs, start=1)
    ]
    return {"title": figure.title, "caption": figure.caption, "sheets": sheets}


def _alt(alt: str, n: int, total: int) -> str:
    return alt if total == 1 else say("report_figures.continued", alt=alt, n=str(n), total=str(total))


def _statement_data(statement: Statement) -> dict[str, str]:
    return {name: getattr(statement, name) for name in ("lead", "finding", "basis", "more", "aside")}


def _entries_data(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "title": entry.title,
            "summary": entry.summary,
            "facts": [{"name": fact.name, "text": fact.text, "source": fact.source} for fact in entry.facts],
        }
        for entry in entries
    ]
