"""Methods: every definition behind the numbers, from the snapshot's own definition files."""

import streamlit as st

from dashboard.reading import snapshot_of_run
from dashboard.views.definitions import index_html, section_html
from pipelines.words.dissociation import experience_section
from pipelines.words.methods import (
    benchmark_section,
    condition_section,
    course_section,
    durability_section,
    import_rule_section,
    interval_section,
    onset_section,
    plausible_section,
    quality_section,
    rule_section,
    snapshot_section,
    window_section,
)
from pipelines.words.nhs_recovery import recovery_section
from pipelines.words.safety import infusion_section
from pipelines.words.scales import scale_section
from pipelines.words.suicidality import suicidality_section

snapshot = snapshot_of_run()
definitions, manifest = snapshot.definitions, snapshot.manifest
sections = (
    snapshot_section(manifest, definitions, f"{manifest.built_at:%Y-%m-%d %H:%M}"),
    condition_section(definitions),
    scale_section(definitions),
    rule_section(definitions),
    window_section(definitions),
    course_section(definitions),
    onset_section(definitions),
    recovery_section(definitions),
    durability_section(definitions),
    infusion_section(definitions),
    experience_section(definitions),
    suicidality_section(definitions),
    interval_section(definitions),
    benchmark_section(definitions),
    plausible_section(definitions),
    import_rule_section(definitions),
    quality_section(definitions),
)
st.html(index_html(sections))
for section in sections:
    st.html(section_html(section))
