"""Methods with their citations, from the snapshot's own definition files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.words.methods import (
    condition_section,
    course_section,
    durability_section,
    interval_section,
    onset_section,
    quality_section,
    rule_section,
    snapshot_section,
    window_section,
)
from pipelines.words.report import disclosure_section, only_entries
from pipelines.words.safety import infusion_section
from pipelines.words.scales import scale_section

if TYPE_CHECKING:
    from pipelines.published import Published
    from pipelines.reports.pack import About
    from pipelines.words.entries import Section


def methods(published: Published, about: About) -> tuple[Section, ...]:
    """Every definition that a number of the pack rests on; conditions and scales are those of the pack alone."""
    definitions, manifest = published.definitions, published.manifest
    own = [definitions.conditions[condition] for condition in about.conditions]
    scales = [f"scale-{scale}" for condition in own for scale in (*condition.scales, *condition.scales_apart)]
    return (
        snapshot_section(manifest, definitions, f"{manifest.built_at:%Y-%m-%d}"),
        disclosure_section(about.policy),
        only_entries(condition_section(definitions), [f"condition-{condition.id}" for condition in own]),
        only_entries(scale_section(definitions), scales),
        rule_section(definitions),
        window_section(definitions),
        course_section(definitions),
        onset_section(definitions),
        durability_section(definitions),
        infusion_section(definitions),
        interval_section(definitions),
        quality_section(definitions),
    )
