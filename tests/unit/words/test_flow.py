from __future__ import annotations

import pandas as pd
import pytest

from pipelines.words.flow import STAGES, flow_alt, flow_stages, flow_statement, stage_label

COUNTS = {
    "started": 856,
    "no_score": 4,
    "scores_only_after_start": 35,
    "with_baseline": 817,
    "below_entry_cut": 65,
    "in_population": 752,
    "pending": 6,
    "missed": 289,
    "observed": 457,
    "on_maintenance": 1,
    "responded": 234,
}


@pytest.fixture
def flow():
    def table(scale: str = "primary", suppressed: bool = False, **changes: int) -> pd.DataFrame:
        counts = {each: 0 for stage in STAGES.values() for each in stage} | COUNTS | changes
        return pd.DataFrame(
            [
                {
                    "condition": "depression",
                    "scale": scale,
                    "statistic": name,
                    "n_started": counts["started"],
                    "n_courses": n,
                    "estimate": n / counts["started"] if counts["started"] else None,
                    "suppressed": suppressed,
                }
                for name, n in counts.items()
            ]
        )

    return table


def test_the_sentence(flow, context):
    assert flow_statement(flow(), "depression", context).text == (
        "Of 856 depression courses, 457 were followed up in the window. "
        "The largest loss: 289 without a score in the window."
    )


def test_nobody_lost_nobody_started_and_withheld(flow, context):
    complete = flow(**{name: 0 for stage in STAGES.values() for name in stage})
    assert "largest" not in flow_statement(complete, "depression", context).text
    nobody = flow(started=0)
    assert flow_statement(nobody, "depression", context).text.startswith("No depression courses in this selection.")
    assert flow_statement(nobody.head(0), "depression", context).text.startswith("No depression courses")
    assert flow_statement(flow(suppressed=True), "depression", context).text.startswith("Withheld")


def test_every_exclusion_is_counted_at_its_stage(flow):
    stages = flow_stages(flow())
    assert [(stage.label, stage.n) for stage in stages] == [
        ("Started", "856"),
        ("With a baseline", "817"),
        ("In the population", "752"),
        ("Followed up", "457"),
        ("Responded", "234"),
    ]
    assert [stage.left_out for stage in stages] == [
        (),
        ("4 without a score on a scale of the condition", "35 with scores only after the first infusion"),
        ("65 below the entry cut",),
        ("6 pending: the window was still open", "289 without a score in the window"),
        (),
    ]
    assert stages[3].hover == "Followed up: 457 of 856 started (53 %)"


def test_a_scale_that_was_asked_for_is_named(flow):
    assert flow_stages(flow(scale="GAD-7"))[1].left_out[0] == "4 without a score on GAD-7"


def test_alt_is_the_finding(flow, context):
    assert flow_alt(flow(), "depression", context) == ("Depression: of 856 started, 457 followed up and 234 responded.")


def test_every_stage_has_a_name(flow):
    labels = [stage_label(row) for row in flow().to_dict("records")]
    assert "Followed up" in labels
    assert "below the entry cut" in labels
    assert "of those followed up, with an infusion before the score" in labels
    assert len(set(labels)) == len(labels)
