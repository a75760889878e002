"""What definition files say of each other: a scale that a condition names must be there and offer its rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pipelines.definitions.models import Condition, Definitions
from pipelines.definitions.scale import Scale


def disagreements(definitions: Definitions, windows: Collection[str]) -> Iterator[str]:
    """What does not hold between the files, as ``file: key: what``.

    Args:
        definitions: all files, each sound by itself.
        windows: ids of windows that a published result may be for: those in force, and those that a program put its
            own in place of.
    """
    for condition in definitions.conditions.values():
        yield from _of_condition(condition, definitions)
    for scale in definitions.scales.values():
        yield from _of_scale(scale, definitions)
    yield from _of_nhs_recovery(definitions)
    yield from _of_suicidality(definitions, windows)
    yield from _of_benchmarks(definitions, windows)
    yield from _of_published_findings(definitions, windows)
    yield from _of_reference_rates(definitions)
    yield from _of_published_correlations(definitions)
    yield from _of_quality(definitions, windows)
    yield from _of_clinical_codes(definitions)


def _of_condition(condition: Condition, definitions: Definitions) -> Iterator[str]:
    where = f"conditions/{condition.id}.toml"
    headline, rules, scales = condition.headline_response, definitions.outcomes.rules, definitions.scales
    for key, named in (("scales", condition.scales), ("scales_apart", condition.scales_apart)):
        for scale_id in named:
            if scale_id not in scales:
                yield f"{where}: {key}: no scale '{scale_id}' is defined"
    for key, named in (("headline_response", (headline,)), ("further_responses", condition.further_responses)):
        for rule in named:
            if rule not in rules:
                yield f"{where}: {key}: no rule '{rule}' in outcomes.toml"
    if headline not in rules:
        return
    for scale_id in condition.scales:
        if scale_id in scales and headline not in scales[scale_id].response:
            yield f"{where}: scales: '{scale_id}' does not offer the headline rule '{headline}'"
    for scale_id in condition.scales_apart:
        if scale_id in scales and headline in scales[scale_id].response:
            yield f"{where}: scales_apart: '{scale_id}' offers the headline rule, so it belongs to scales"


def _of_scale(scale: Scale, definitions: Definitions) -> Iterator[str]:
    rules = definitions.outcomes.rules
    for rule, offered in scale.response.items():
        where = f"scales/{scale.id}.toml: response.{rule}"
        if rule not in rules:
            yield f"{where}: no such rule in outcomes.toml"
        elif rules[rule].reduction_percent is None and offered.points is None:
            yield f"{where}.points: is missing, and the rule is in the scale's points"
        elif rules[rule].reduction_percent is not None and offered.points is not None:
            yield f"{where}.points: no such key for a rule that is in per cent"
        elif rules[rule].reduction_percent is not None and scale.metric != "points":
            yield f"{where}: per cents need a scale with a true zero, and the metric is '{scale.metric}'"


def _of_nhs_recovery(definitions: Definitions) -> Iterator[str]:
    rule, where = definitions.outcomes.nhs_recovery, "outcomes.toml: nhs_recovery"
    for condition in rule.conditions:
        if condition not in definitions.conditions:
            yield f"{where}.conditions: no condition '{condition}' is defined"
    for measure in rule.measures:
        if measure.scale not in definitions.scales:
            yield f"{where}.measures: no scale '{measure.scale}' is defined"
        elif definitions.scales[measure.scale].reliable_change is None:
            yield f"{where}.measures: '{measure.scale}' holds no reliable change, and recovery is judged by it"


def _of_suicidality(definitions: Definitions, windows: Collection[str]) -> Iterator[str]:
    rule, where = definitions.outcomes.suicidality, "outcomes.toml: suicidality"
    for source in rule.sources:
        if source.scale not in definitions.scales:
            yield f"{where}.sources: no scale '{source.scale}' is defined"
        elif source.item is not None and source.item > _item_count(definitions.scales[source.scale]):
            yield f"{where}.sources: '{source.scale}' has no item {source.item}"
    for result in rule.published:
        if result.condition not in definitions.conditions:
            yield f"{where}.published: no condition '{result.condition}' is defined"
        if result.window not in windows:
            yield f"{where}.published: no window '{result.window}' in outcomes.toml"


def _of_benchmarks(definitions: Definitions, windows: Collection[str]) -> Iterator[str]:
    for benchmark in definitions.benchmarks:
        where = f"benchmarks.csv: {benchmark.id}"
        if benchmark.condition not in definitions.conditions:
            yield f"{where}: condition: no condition '{benchmark.condition}' is defined"
        if benchmark.scale not in definitions.scales:
            yield f"{where}: scale: no scale '{benchmark.scale}' is defined"
        elif benchmark.measure != "remission" and benchmark.rule not in definitions.scales[benchmark.scale].response:
            yield f"{where}: rule: '{benchmark.scale}' does not offer '{benchmark.rule}'"
        if benchmark.window is not None and benchmark.window not in windows:
            yield f"{where}: window: no window '{benchmark.window}' in outcomes.toml"


def _of_published_findings(definitions: Definitions, windows: Collection[str]) -> Iterator[str]:
    for finding in definitions.outcomes.safety.published:
        where = f"outcomes.toml: safety.published.{finding.id}"
        if finding.condition is not None and finding.condition not in definitions.conditions:
            yield f"{where}: condition: no condition '{finding.condition}' is defined"
        if finding.scale is not None and finding.scale not in definitions.scales:
            yield f"{where}: scale: no scale '{finding.scale}' is defined"
        if finding.window is not None and finding.window not in windows:
            yield f"{where}: window: no window '{finding.window}' in outcomes.toml"


def _of_reference_rates(definitions: Definitions) -> Iterator[str]:
    for condition, reference in definitions.outcomes.tipping_point.references.items():
        where = f"outcomes.toml: tipping_point.references.{condition}"
        if condition not in definitions.conditions:
            yield f"{where}: no condition '{condition}' is defined"
        if reference.scale not in ("primary", *definitions.scales):
            yield f"{where}.scale: no scale '{reference.scale}' is defined"
        if reference.rule is not None and reference.rule not in definitions.outcomes.rules:
            yield f"{where}.rule: no rule '{reference.rule}' in outcomes.toml"
        if reference.window is not None and reference.window not in definitions.outcomes.windows:
            yield f"{where}.window: no window '{reference.window}' in outcomes.toml"


def _of_published_correlations(definitions: Definitions) -> Iterator[str]:
    for correlation in definitions.outcomes.dissociation.published_correlations:
        if correlation.condition not in definitions.conditions:
            where = f"outcomes.toml: dissociation.published_correlations: {correlation.study}"
            yield f"{where}: no condition '{correlation.condition}' is defined"


def _of_quality(definitions: Definitions, windows: Collection[str]) -> Iterator[str]:
    quality, import_rules = definitions.quality, definitions.import_rules.rules
    placed = [rule for rules in quality.quarantine.values() for rule in rules]
    for rule in import_rules:
        if placed.count(rule) != 1:
            yield f"quality.toml: quarantine: must name the import rule '{rule}' once, under one check"
    for rule in placed:
        if rule not in import_rules:
            yield f"quality.toml: quarantine: no rule '{rule}' in import_rules.toml"
    for check in quality.quarantine:
        if check not in quality.checks:
            yield f"quality.toml: quarantine.{check}: there is no such check"
    if quality.dissociation_scale not in definitions.scales:
        yield f"quality.toml: dissociation_scale: no scale '{quality.dissociation_scale}' is defined"
    for name, band in quality.plausible.items():
        where = f"quality.toml: plausible.{name}"
        for condition in band.conditions:
            if condition not in definitions.conditions:
                yield f"{where}.conditions: no condition '{condition}' is defined"
        for scale in band.scales:
            if scale != "primary" and scale not in definitions.scales:
                yield f"{where}.scales: no scale '{scale}' is defined"
        if band.rule not in (None, "remission", *definitions.outcomes.rules):
            yield f"{where}.rule: no rule '{band.rule}' in outcomes.toml"
        if band.window is not None and band.window not in windows:
            yield f"{where}.window: no window '{band.window}' in outcomes.toml"


def _of_clinical_codes(definitions: Definitions) -> Iterator[str]:
    codes, where = definitions.clinical_codes, "clinical_codes.toml"
    for name, condition in codes.conditions.items():
        if condition.condition not in definitions.conditions:
            yield f"{where}: conditions.{name}.condition: no condition '{condition.condition}' is defined"
    for name, route in codes.routes.items():
        if route.route not in definitions.columns.infusions["route"].codes:
            yield f"{where}: routes.{name}.route: no route '{route.route}' in columns.toml"
    for name, score in codes.scores.items():
        if score.scale not in definitions.scales:
            yield f"{where}: scores.{name}.scale: no scale '{score.scale}' is defined"
        elif score.part != "total" and score.part > _item_count(definitions.scales[score.scale]):
            yield f"{where}: scores.{name}.part: '{score.scale}' has no item {score.part}"
    for name, questionnaire in codes.questionnaires.items():
        if questionnaire.scale not in definitions.scales:
            yield f"{where}: questionnaires.{name}.scale: no scale '{questionnaire.scale}' is defined"
        elif questionnaire.items and len(questionnaire.items) != _item_count(definitions.scales[questionnaire.scale]):
            n_items = _item_count(definitions.scales[questionnaire.scale])
            yield f"{where}: questionnaires.{name}.items: '{questionnaire.scale}' has {n_items} items, in their order"


def _item_count(scale: Scale) -> int:
    return scale.items.count if scale.items is not None else 0
