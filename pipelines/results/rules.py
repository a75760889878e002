"""Which rule a result is judged by, which scales offer it, and its version in a word."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.definitions import Definitions
from pipelines.filters import Filters

REMISSION = "remission"


def response_rule(filters: Filters, condition: str, definitions: Definitions) -> str:
    """The response rule asked for, or the condition's headline."""
    return filters.rule or definitions.conditions[condition].headline_response


def offering_scales(rule: str, definitions: Definitions) -> list[str]:
    """The scales that can be judged by the rule."""
    return [
        scale.id
        for scale in definitions.scales.values()
        if (scale.remission is not None if rule == REMISSION else rule in scale.response)
    ]


def rule_version(rule: str, scales: Sequence[str], definitions: Definitions) -> str:
    """The rule with its version; cuts and points are the scale's own, so they come with each scale that was counted."""
    if rule in definitions.outcomes.rules:
        points = [
            f"{scale_id} {offered.points} points"
            for scale_id in scales
            if (offered := definitions.scales[scale_id].response[rule]).points is not None
        ]
        version = f"{rule} {definitions.outcomes.rules[rule].version}"
        return f"{version} ({'; '.join(points)})" if points else version
    texts = []
    for scale_id in scales:
        scale = definitions.scales[scale_id]
        if scale.remission is not None:
            texts.append(f"{scale_id} {scale.remission} {scale.version}")
    return f"{rule} {'; '.join(texts)}".strip()


def not_offered_note(rule: str, filters: Filters, definitions: Definitions) -> str:
    """What to say where one scale was asked for that cannot be judged by the rule; else nothing."""
    if filters.scale == "primary" or filters.scale in offering_scales(rule, definitions):
        return ""
    offered = ", ".join(definitions.scales[filters.scale].response) or "no response rule"
    return f"{filters.scale} does not offer {rule}; it offers {offered}"
