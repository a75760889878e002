from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pipelines.filters import Filters
from pipelines.words.definition import counted_scales, onset_definition, response_definition, windows_definition


def test_only_the_scales_that_were_counted_are_defined(context):
    texts = " ".join(response_definition("depression", {"PHQ-9", "GAD-7"}, context))
    assert "Patient Health Questionnaire-9" in texts
    assert "MADRS" not in texts
    assert "GAD-7" not in texts
    assert "**Reliable change**: PHQ-9 by 6 points or more" in texts


def test_a_scale_that_was_asked_for_is_defined_whether_or_not_the_condition_prefers_it(context):
    asked = replace(context, filters=Filters(scale="GAD-7"))
    assert "GAD-7 ≥ 8 at baseline" in " ".join(response_definition("depression", {"GAD-7"}, asked))


def test_scales_that_a_table_counts():
    table = pd.DataFrame({"note": ["PHQ-9: 717, MADRS: 20; mature", "PHQ-9: 3", "too few to say"]})
    assert counted_scales(table) == {"PHQ-9", "MADRS"}


def test_onset_says_what_it_is_counted_in(context):
    assert "In infusions" in " ".join(onset_definition("first", "infusions", context))
    assert "In infusions" not in " ".join(onset_definition("sustained", "days", context))


def test_every_window_is_defined(context):
    texts = windows_definition(context)
    assert len(texts) == len(context.definitions.outcomes.windows)
    assert all("Reviewed 20" in text for text in texts)
