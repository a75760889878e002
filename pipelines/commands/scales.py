"""`outcomes scales`: the registry of scales, and everything that it holds of one."""

from __future__ import annotations

import argparse
import textwrap
from typing import TYPE_CHECKING

from pipelines.commands.shared import settings_of
from pipelines.errors import UnknownName

if TYPE_CHECKING:
    from pipelines.commands.shared import Subcommands
    from pipelines.definitions import Definitions, Scale

_WIDTH = 100
_TOPIC_WIDTH = 20


def register(subcommands: Subcommands, shared: argparse.ArgumentParser) -> None:
    """Adds the command's parser."""
    parser = subcommands.add_parser("scales", parents=[shared], help="the scales: range, items, rules, citations")
    parser.add_argument("scale", nargs="?", metavar="SCALE", help="one scale, with everything that is held of it")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints the list of scales, or one of them."""
    _, definitions = settings_of(options)
    if options.scale is None:
        print(registry(definitions))
    else:
        print(description(_named(options.scale, definitions), definitions))
    return 0


def registry(definitions: Definitions) -> str:
    """The scales as a table, condition by condition in the order of preference, then the others."""
    from pipelines.words.scale import conditions_of, recall, total_range
    from pipelines.words.scales import ordered_scales

    rows = [
        ("id", "name", "rater", "range", "recall", "conditions"),
        *(
            (scale.id, scale.name, scale.rater, total_range(scale), recall(scale), conditions_of(scale, definitions))
            for scale in ordered_scales(definitions)
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", "All of one, with citations: outcomes scales PHQ-9"])


def description(scale: Scale, definitions: Definitions) -> str:
    """Everything that is held of one scale, each statement with its source."""
    from pipelines.words.scale import scale_facts

    lines = [f"{scale.id} · {scale.name} · version {scale.version}", ""]
    for fact in scale_facts(scale, definitions):
        lines += _wrapped(fact.text, fact.topic)
        if fact.citation:
            reviewed = f" Reviewed {fact.reviewed.isoformat()}." if fact.reviewed else ""
            lines += _wrapped(f"[{fact.citation}.{reviewed}]")
    return "\n".join(lines)


def _wrapped(text: str, topic: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=topic.ljust(_TOPIC_WIDTH),
        subsequent_indent=" " * _TOPIC_WIDTH,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _named(name: str, definitions: Definitions) -> Scale:
    """The scale of that id, in whatever case.

    Raises:
        UnknownName: with the scale, or scales, that the name is most like.
    """
    from pipelines.sources.scale_names import near_miss

    by_folded = {scale_id.casefold(): scale for scale_id, scale in definitions.scales.items()}
    if (scale := by_folded.get(name.casefold())) is not None:
        return scale
    likely = near_miss(name, definitions.scales)
    nearest = likely.replace(" or ", "' or '") if likely else None
    raise UnknownName("scale", name, definitions.scales, nearest=nearest)
