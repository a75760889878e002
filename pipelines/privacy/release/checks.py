"""What is told of the checks of the data: verdicts, and shares too coarse to tell how few rows came since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.definitions.disclosure import HIDDEN

if TYPE_CHECKING:
    import pandas as pd

    from pipelines.definitions.disclosure import Policy

_COUNTS = ("n_violated", "n_checked")
_PER_CENT = 100


def told_of_checks(checks: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """The checks without their counts, which grow from report to report by what was imported between.

    Shares are told in whole per cent, and only where a per cent of what was checked is more than the policy hides.

    Args:
        checks: `quality_checks` under the policy.
    """
    if policy.hides_nothing or checks.empty:
        return checks
    n_checked = checks["n_checked"].astype(float).fillna(0)
    is_coarse = n_checked > _PER_CENT * (policy.hidden_to or 0)
    figures = {name: checks[name].round(2).where(is_coarse) for name in ("estimate", "lower", "upper")}
    is_withheld = checks["suppressed"] | (~is_coarse & checks["estimate"].notna())
    notes = checks["note"].map(lambda note: note.partition("; ")[0])
    return checks.assign(**dict.fromkeys(_COUNTS, HIDDEN), **figures, suppressed=is_withheld, note=notes)
