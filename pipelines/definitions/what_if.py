"""Definitions with some rules changed for one answer: a remission cut, an entry cut, a window, a headline rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from pipelines.definitions.agreement import disagreements
from pipelines.definitions.bases import describe_validation
from pipelines.definitions.models import Definitions
from pipelines.errors import RuleNotSettable, UnknownName, UsageError

CUTS = ("remission", "entry_cut")
_OF_SCALES = (*CUTS, "reliable_change")
_HEADLINE = "headline_response"
_CUT = re.compile(r"(<=|>=|<|>)\s*(\d+(?:\.\d+)?)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORDS_OF_RULES = ("citation", "reviewed", "version", "label")
_CITATION = "What if: set for one answer, not the program's rule"
_MARK = " what if"


def parse_changes(texts: Iterable[str]) -> dict[str, str]:
    """The values to set, by rule, from `rule=value` texts such as `remission.PHQ-9=<=5`.

    Raises:
        UsageError: a text is not `rule=value`, or a rule is set twice.
    """
    changes: dict[str, str] = {}
    for text in texts:
        rule, separator, value = (part.strip() for part in text.partition("="))
        if not separator or not rule or not value:
            raise UsageError(f"'{text}' sets no rule. Write --set rule=value, such as --set remission.PHQ-9=\"<=5\".")
        if rule in changes:
            raise UsageError(f"--set gives {rule} twice. Give it once.")
        changes[rule] = value
    return changes


def changed_definitions(definitions: Definitions, changes: Mapping[str, str], today: date) -> Definitions:
    """The definitions with each rule set to its value; nothing else differs.

    A rule is `remission.SCALE` or `entry_cut.SCALE` (a cut, as `<=5`), `reliable_change.SCALE` (points),
    `headline_response.CONDITION` (a response rule), or the path of a single value in outcomes.toml, such as
    `windows.endpoint.to`. What is set carries no longer the citation that it had, and its version says what if.

    Args:
        today: the day of the change, in place of the day of review.

    Raises:
        UnknownName: there is no such rule, scale or condition.
        RuleNotSettable: the value is none for the rule, or contradicts the other definitions.
    """
    tables = definitions.model_dump(mode="json", by_alias=True)
    own = {"citation": _CITATION, "reviewed": today.isoformat()}
    for rule, value in changes.items():
        head, _, rest = rule.partition(".")
        if head in _OF_SCALES:
            scale = _named("scale", rest, tables["scales"])
            scale[head] = {**_threshold(rule, value), **own}
            _mark(scale)
        elif head == _HEADLINE:
            _named("condition", rest, tables["conditions"])[head] = value
        else:
            _set_in_outcomes(tables["outcomes"], rule, value, own)
    try:
        changed = Definitions.model_validate(tables)
    except ValidationError as error:
        raise RuleNotSettable(changes, describe_validation(error)) from None
    if faults := list(disagreements(changed, definitions.outcomes.windows)):
        raise RuleNotSettable(changes, faults)
    return changed


def _named(kind: str, name: str, known: Mapping[str, Any]) -> dict[str, Any]:
    if name not in known:
        raise UnknownName(kind, name, known)
    found: dict[str, Any] = known[name]
    return found


def _threshold(rule: str, value: str) -> dict[str, Any]:
    """A cut as operator and value, or points."""
    if not rule.startswith(CUTS):
        if not _NUMBER.fullmatch(value):
            raise RuleNotSettable({rule: value}, [f"{rule}: needs points, such as 5"])
        return {"points": value}
    match = _CUT.fullmatch(value)
    if match is None:
        raise RuleNotSettable({rule: value}, [f'{rule}: needs an operator and a score, such as "<=5"'])
    return {"operator": match[1], "value": match[2]}


def _set_in_outcomes(outcomes: dict[str, Any], rule: str, value: str, own: Mapping[str, str]) -> None:
    known = dict(_single_values(outcomes))
    if rule not in known:
        raise UnknownName("rule", rule, [*(f"{head}.SCALE" for head in _OF_SCALES), f"{_HEADLINE}.CONDITION", *known])
    table = known[rule]
    table[rule.rpartition(".")[2]] = value
    if "citation" in table:
        table.update(own)
    _mark(table if "version" in table else outcomes)


def _mark(table: dict[str, Any]) -> None:
    """The version of what was changed says so; it stands in the `rule_version` of every row."""
    if not str(table["version"]).endswith(_MARK):
        table["version"] = f"{table['version']}{_MARK}"


def _single_values(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """The path of every single value below the top of outcomes.toml, with the table that it stands in."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _single_values(value, f"{path}{name}.")
        elif path and not isinstance(value, list) and name not in _WORDS_OF_RULES:
            yield f"{path}{name}", table
