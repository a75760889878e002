"""`[[allow]]`: what looks like an identifier in one column and is none, stated by someone who looked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from pipelines.definitions import Definitions
from pipelines.errors import nearest_name, nearest_or_all
from pipelines.manifests import UsedAllowance
from pipelines.sources.canonical_columns import ATTRIBUTE
from pipelines.sources.landing import TABLES
from pipelines.sources.mapping.mistakes import Mistake
from pipelines.sources.mapping.values import PlacedPart
from pipelines.sources.mapping.writing import quoted

Said = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

_TEXT_KINDS = ("id", "text", "code", "codes", "yes_no", "period")


class Allowance(PlacedPart):
    """One kind of identifier in one column that is a false alarm.

    Attributes:
        column: the canonical column, such as `attr_ward`.
        kind: as in `definitions/identifiers.toml`.
        reason: why it is none.
        reviewed: the day on which someone looked.
    """

    column: Said
    kind: Said
    reason: Said
    reviewed: date


def mistakes_in_allowances(allowances: Sequence[Allowance], definitions: Definitions) -> Iterator[Mistake]:
    """Columns and kinds that there are not, kinds that are never a false alarm, and what is stated twice."""
    kinds = definitions.identifiers.kinds
    ids, texts = text_columns(definitions)
    seen = set()
    for allowance in allowances:
        column, kind = allowance.column, kinds.get(allowance.kind)
        is_id = column in ids
        if not is_id and column not in texts and not ATTRIBUTE.fullmatch(column):
            near = nearest_name(column, [*ids, *texts])
            hint = f"Did you mean '{near}'?" if near else f"Known: {', '.join([*ids, *texts])}, attr_<name>."
            yield Mistake((*allowance.place, "column"), f"'{column}' is no canonical column that holds text. {hint}")
        if kind is None:
            hint = nearest_or_all(allowance.kind, kinds)
            yield Mistake((*allowance.place, "kind"), f"there is no kind of identifier '{allowance.kind}'. {hint}")
        elif kind.allowed == "nowhere":
            yield Mistake((*allowance.place, "kind"), f"{allowance.kind}: {kind.words} are never a false alarm")
        elif kind.allowed == "ids" and not is_id:
            yield Mistake(
                (*allowance.place, "kind"), f"{allowance.kind}: {kind.words} can be allowed in {' and '.join(ids)} only"
            )
        if (column, allowance.kind) in seen:
            yield Mistake(allowance.place, f"{allowance.kind} in {column} is allowed twice; keep one")
        seen.add((column, allowance.kind))


def allowances_text(allowances: Sequence[UsedAllowance]) -> str:
    """The text of a mapping file that states what the mapping of an export stated."""
    return "\n".join(
        f"[[allow]]\ncolumn = {quoted(allowance.column)}\nkind = {quoted(allowance.kind)}\n"
        f"reason = {quoted(allowance.reason)}\nreviewed = {allowance.reviewed.isoformat()}\n"
        for allowance in allowances
    )


def text_columns(definitions: Definitions) -> tuple[list[str], list[str]]:
    """The canonical columns that hold ids, and those that hold other text; numbers are in neither."""
    rules = {name: rule for table in TABLES for name, rule in definitions.columns.of(table).items()}
    ids = [name for name, rule in rules.items() if rule.kind == "id"]
    return ids, [name for name, rule in rules.items() if rule.kind in _TEXT_KINDS and name not in ids]
