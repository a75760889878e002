"""What a pack is about and what made it, line by line: the same on paper, on slides and in the workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.reports.series import labels
from pipelines.words.catalogue import say

if TYPE_CHECKING:
    from pipelines.reports.pack import Pack


def about_facts(pack: Pack) -> list[tuple[str, str]]:
    """Conditions, site, snapshot, definitions, policy, and how it was made: names and texts."""
    about = pack.about
    named = labels(pack)
    facts = {
        "conditions": ", ".join(named[condition] for condition in about.conditions),
        "site": about.site or "",
        "data_through": about.data_through.isoformat() if about.data_through else say("about.unknown"),
        "snapshot": about.snapshot,
        "built": about.built.isoformat(),
        "definitions": say("about.definitions_text", version=about.definitions_version, hash=about.definitions_hash),
        "policy": about.policy.label,
        "privacy_mode": about.privacy_mode.replace("_", " "),
        "version": say("about.version_text", version=about.version),
        "command": about.command,
        "contact": about.contact,
    }
    return [(say(f"about.{name}"), text) for name, text in facts.items() if text]


def about_lines(pack: Pack) -> list[tuple[str, str]]:
    """Program, period and cohorts before the facts, where no title page shows them."""
    about = pack.about
    lines = [
        (say("about.program"), about.program),
        (say("about.period"), about.period),
        *((say("about.cohorts") if not n else "", cohort) for n, cohort in enumerate(about.cohorts)),
        *about_facts(pack),
    ]
    return [(name, text) for name, text in lines if text]
