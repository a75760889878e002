"""What is to be said of a plan: keys and values, of which words are made elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "quarters_joined",
    "quarters_wait",
    "columns_not_shown",
    "nothing_shown",
    "sites_joined",
    "sites_not_shown",
    "site_columns_not_shown",
    "sites_as_of",
    "sites_one_held_back",
]
"""The key of what is said of a plan.

- `quarters_joined`: values are pools of more than one quarter, each as `cohort_text`.
- `quarters_wait`: quarters that are too small alone and follow a pool that was released; shown with a later one.
- `columns_not_shown`: counts of `CORE` that no pooling makes safe, or that would cost the pack its latest quarters.
- `nothing_shown`: no count of the condition may be shown.
- `sites_joined`: the sites that are shown as one.
- `sites_not_shown`: no two groups of sites are safe.
- `site_columns_not_shown`: counts that are shown of the program and not of sites.
- `sites_as_of`: the quarters that sites are shown over, where these are not the rolling ones.
- `sites_one_held_back`: the group of sites that is left out because late data would show in the sum.
"""


@dataclass(frozen=True)
class Said:
    """Something to be said of what was joined or withheld; words are made of it elsewhere."""

    key: Reason
    values: tuple[str, ...]
