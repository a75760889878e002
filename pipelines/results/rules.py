"""Which rule a result is judged by, which scales offer it, and its version in a word."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.definitions import Definitions
from pipelines.definitions.scale import RELIABLE_CHANGES, Scale
from pipelines.filters import Filters

REMISSION = "remission"
RELIABLE_IMPROVEMENT, RELIABLE_WORSENING = RELIABLE_CHANGES


def response_rule(filters: Filters, condition: str, definitions: Definitions) -> str:
    """The response rule asked for, or the condition's headline."""
    return filters.rule or definitions.conditions[condition].headline_response


def offering_scales(rule: str, definitions: Definitions) -> list[str]:
    """The scales that can be judged by the rule."""
    return [scale.id for scale in definitions.scales.values() if _offers(scale, rule)]


def _offers(scale: Scale, rule: str) -> bool:
    if rule == REMISSION:
        return scale.remission is not None
    if rule in RELIABLE_CHANGES:
        return scale.reliable_change is not None
    return rule in scale.response


def rule_version(rule: str, scales: Sequence[str], definitions: Definitions) -> str:
    """The rule with its version; cuts and points are the scale's own, so they come with each scale that was counted."""
    rules = definitions.outcomes.rules
    if rule in rules and rules[rule].reduction_percent is not None:
        return f"{rule} {rules[rule].version}"
    texts = [_own_figure(definitions.scales[scale], rule) for scale in scales]
    name = f"{rule} {rules[rule].version}" if rule in rules else rule
    return f"{name} {'; '.join(texts)}".strip()


def _own_figure(scale: Scale, rule: str) -> str:
    """A scale's own cut or points for a rule that it offers, with the scale's version."""
    if rule == REMISSION:
        return f"{scale.id} {scale.remission} {scale.version}"
    points = scale.reliable_points if rule in RELIABLE_CHANGES else scale.response[rule].points
    return f"{scale.id} {points} points {scale.version}"


def not_offered_note(rule: str, filters: Filters, definitions: Definitions, n_not_offered: int = 0) -> str:
    """What to say of courses whose scale cannot be judged by the rule; nothing where there are none."""
    if filters.scale != "primary" and not _offers(scale := definitions.scales[filters.scale], rule):
        offered = ", ".join(scale.response) or "no response rule"
        return f"{scale.id} does not offer {rule}; it offers {offered}"
    return f"{n_not_offered:,} on scales that do not offer {rule}" if n_not_offered else ""
