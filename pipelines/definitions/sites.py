"""The shape of [sites] in outcomes.toml: how sites are compared."""

from __future__ import annotations

from pydantic import Field, model_validator

from pipelines.definitions.bases import Cited


class SitesRule(Cited):
    """When sites are compared, and how wide the limits of chance are.

    Attributes:
        fewest_for_limits: with fewer sites that hold enough there are no limits and no verdict.
        fewest_in_stratum: strata of case mix with fewer courses are put together one step up.
        inner_limit, outer_limit: coverages of the funnel's limits, fractions.
        winsorised_fraction: of the sites' distances at each end, before overdispersion is reckoned from them.
    """

    fewest_for_limits: int = Field(ge=2)
    fewest_in_stratum: int = Field(ge=1)
    inner_limit: float = Field(gt=0.5, lt=1)
    outer_limit: float = Field(gt=0.5, lt=1)
    winsorised_fraction: float = Field(ge=0, lt=0.5)

    @model_validator(mode="after")
    def _outer_is_wider(self) -> SitesRule:
        if self.inner_limit >= self.outer_limit:
            raise ValueError("needs inner_limit < outer_limit")
        return self
