"""The shape of `[trend]` in outcomes.toml: process charts of quarters."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from pipelines.definitions.bases import Cited, Identifier, Shape, Words


class Rebase(Shape):
    """A process chart begins anew: what was done to the process, and from which cohort on it holds.

    Attributes:
        from_period: the first quarter (or year) of the new phase.
        condition: the only condition that it holds for; absent, all of them.
        note: what changed then; it stands beside the chart.
    """

    from_period: Annotated[str, StringConstraints(pattern=r"^\d{4}(-Q[1-4])?$")] = Field(alias="from")
    condition: Identifier | None = None
    note: Words

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class TrendRule(Cited):
    """Process charts: from how many points there are limits, and what makes a signal (see `SignalRules`).

    Attributes:
        baseline_points: limits are made from the first so many mature points of a phase, and then stay.
        rebases: where a new phase begins; only by hand, each with its note.
    """

    baseline_points: int = Field(ge=2)
    run_points: int = Field(ge=2)
    trend_points: int = Field(ge=3)
    near_points: int = Field(ge=1)
    near_span: int = Field(ge=2)
    near_sigmas: float = Field(gt=0, lt=3)
    rebases: tuple[Rebase, ...] = ()
