"""The shape of quality.toml: what is asked of the data, why, how much may fail, and what to do.

A check is one question, counted as violated and checked by a SELECT of its own
(`sql/checks/<category>_<check>.sql`). Its category is the file of `definitions/checks` that it stands in; the
categories are those of Kahn 2016, eGEMs 4:1244.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from pipelines.definitions.bases import Cited, Identifier, Words

Category = Literal["conformance", "completeness", "plausibility"]
Subcategory = Literal["value", "relational", "computational", "uniqueness", "atemporal", "temporal"]

SUBCATEGORIES: Mapping[Category, tuple[Subcategory, ...]] = {
    "conformance": ("value", "relational", "computational"),
    "completeness": (),
    "plausibility": ("uniqueness", "atemporal", "temporal"),
}
"""Completeness has none."""


def _rising(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] > span[1]:
        raise ValueError("needs the least, then the most")
    return span


class QualityCheck(Cited):
    """One question asked of the data; a violation is a finding, never a refusal.

    Attributes:
        counts: what is counted, in the plural: `courses`, `infusions`.
        question: in plain words, answered "yes" by sound data; names of parameters in braces.
        cure: what to do first where it fails.
        allowed_fraction: the violated share up to which the check passes.
        parameters: numbers that the SELECT joins from `ref.quality_parameters`; names are unique over all checks.
    """

    category: Category
    subcategory: Subcategory | None = None
    counts: Words
    question: Words
    why: Words
    cure: Words
    allowed_fraction: float = Field(ge=0, lt=1)
    parameters: Mapping[Identifier, float] = {}

    @model_validator(mode="after")
    def _subcategory_belongs(self) -> QualityCheck:
        allowed = SUBCATEGORIES[self.category]
        if allowed and self.subcategory not in allowed:
            raise ValueError(f"subcategory of {self.category} must be one of {', '.join(allowed)}")
        if not allowed and self.subcategory is not None:
            raise ValueError(f"{self.category} has no subcategory")
        return self

    @model_validator(mode="after")
    def _braces_name_parameters(self) -> QualityCheck:
        for text in (self.counts, self.question, self.why, self.cure):
            for _, name, _, _ in Formatter().parse(text):
                if name is not None and name not in self.parameters:
                    raise ValueError(f"{{{name}}} is not among its parameters")
        return self

    def in_words(self, text: str) -> str:
        """A text of the check with its parameters filled in."""
        return text.format(**{name: f"{value:g}" for name, value in self.parameters.items()})


Span = Annotated[tuple[float, float], AfterValidator(_rising)]
"""The least and the most, both inside."""


class CommonInfusion(Cited):
    """The doses and durations that are common for a route: mg per kg, mg, minutes; durations may be left out."""

    mg_per_kg: Span
    mg: Span
    minutes: Span | None = None


PlausibleMeasure = Literal[
    "response", "remission", "reliable-change", "trajectory", "onset", "durability", "completeness"
]


class PlausibleBand(Cited):
    """What published programs lead one to expect of a result, for each of some conditions and scales.

    Attributes:
        quantity: what it is, in words, to follow the condition and the scale.
        measure, statistic: which row of which result table it is; `change` and `clock` where the measure has them.
        scales: their ids, or `primary`.
        rule, window: what it is judged by, where the measure is.
        expected: within it, a result is as published ones were.
        limits: beyond them the data are looked at first; both in the unit of the statistic.
        unit: of what is no share.
        fewest: resting on fewer, it is not judged.
    """

    quantity: Words
    measure: PlausibleMeasure
    statistic: Identifier
    change: Identifier | None = None
    clock: Literal["days", "infusions"] = "days"
    conditions: tuple[Identifier, ...] = Field(min_length=1)
    scales: tuple[Identifier, ...] = Field(min_length=1)
    rule: Identifier | None = None
    window: Identifier | None = None
    expected: Span
    limits: Span
    unit: Words | None = None
    fewest: int = Field(ge=1)

    @model_validator(mode="after")
    def _limits_hold_what_is_expected(self) -> PlausibleBand:
        if not self.limits[0] <= self.expected[0] <= self.expected[1] <= self.limits[1]:
            raise ValueError("expected must lie within limits")
        if self.is_rate and (self.rule is None or self.window is None):
            raise ValueError(f"{self.measure} needs rule and window")
        return self

    @property
    def is_rate(self) -> bool:
        """Whether it is a rate in a window, which sites are asked for too."""
        return self.measure in ("response", "remission")


class Quality(Cited):
    """quality.toml with checks/*.toml.

    Attributes:
        checks: by id, in the order of the files.
        dissociation_scale: the scale whose scores are the same fact as an infusion's dissociation score.
        quarantine: the reasons of the quarantine by the check that counts them.
        common_infusions: by route.
        plausible: bands of results, by a name of their own.
    """

    version: Words
    checks: Mapping[Identifier, QualityCheck]
    dissociation_scale: Identifier
    quarantine: Mapping[Identifier, tuple[Identifier, ...]]
    common_infusions: Mapping[Identifier, CommonInfusion]
    plausible: Mapping[Identifier, PlausibleBand]

    @model_validator(mode="after")
    def _parameters_are_unique(self) -> Quality:
        seen: dict[str, str] = {}
        for name, check in self.checks.items():
            for parameter in check.parameters:
                if parameter in seen:
                    raise ValueError(f"checks.{name}.parameters.{parameter}: stands in checks.{seen[parameter]} too")
                seen[parameter] = name
        return self

    def parameters(self) -> dict[str, float]:
        """The parameters of all checks."""
        return {name: value for check in self.checks.values() for name, value in check.parameters.items()}
