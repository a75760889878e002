"""What a pack says in sentences: hidden counts as English, the ends of rates, each number with what it rests on."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from pipelines.definitions.disclosure import policy_named
from pipelines.filters import Filters
from pipelines.privacy.release.said import Said
from pipelines.words.rates import legend_of
from pipelines.words.report import (
    PrintedContext,
    activity_statement,
    imports_sentence,
    pools_statement,
    release_note,
    site_groups_statement,
    sites_caption,
    trend_caption,
)
from pipelines.words.report_key import Told, completeness_key, latest_key
from pipelines.words.report_withheld import withheld_words
from pipelines.words.statement import Context, Statement

HIDDEN = float("nan")


@pytest.fixture
def printed(context: Context) -> PrintedContext:
    return PrintedContext(context.definitions, context.data_through)


def rates(estimate: float, n: int = 20, suppressed: bool = False) -> pd.DataFrame:
    row: dict[str, Any] = {
        "measure": "response",
        "statistic": "observed",
        "estimate": estimate,
        "lower": estimate - 0.1,
        "upper": estimate + 0.1,
        "n_observed": n,
        "n_responded": round(n * estimate),
        "suppressed": suppressed,
    }
    return pd.DataFrame([row])


def imports(quarantined: float) -> pd.DataFrame:
    counts = {"n_landed": [100], "n_not_tracked": [20], "n_quarantined": [quarantined]}
    return pd.DataFrame(counts).astype(object)


def test_a_hidden_count_leaves_a_whole_sentence():
    assert imports_sentence(imports(3)).finding.startswith("Of 80 rows that the imports track, 3 could not be read")
    assert imports_sentence(imports(HIDDEN)).text == (
        "Rows that could not be read or contradict each other enter no number; how many there are is not shown."
    )


def test_on_paper_nothing_can_be_widened(context: Context):
    filters = Filters(quarter=("2026-Q2",), site=("Site 01",))
    assert Context(context.definitions, None, filters).widen
    assert PrintedContext(context.definitions, None, filters).widen == ""


def test_joined_quarters_are_told_by_the_ends_of_their_rates():
    by_pool = {"2025-Q1": rates(0.5), "2025-Q2": rates(0.4), "2025-Q3": rates(0.6), "2025-Q4": rates(0.9, n=5)}
    said = pools_statement(by_pool, ("2025-Q1", "2025-Q4"), "depression courses", 10)
    assert said.finding == (
        "Between 2025-Q1 and 2025-Q4 the response rate of depression courses lay between 40 % (2025-Q2) and "
        "60 % (2025-Q3)"
    )
    few = pools_statement({"2025-Q1": rates(0.5, suppressed=True)}, ("2025-Q1", "2025-Q1"), "depression courses", 10)
    assert few.finding == "No response rate of depression courses can be told over time"


def test_the_ends_of_the_rates_of_sites_name_no_site():
    said = site_groups_statement({"Site 01": rates(0.5), "Site 02": rates(0.4)}, "depression courses", 10)
    assert said.finding == "Response by site lay between 40 % and 50 %"
    assert "Site" not in said.text.removeprefix("Response by site")
    one = site_groups_statement({"Site 01": rates(0.5), "Site 02": rates(0.4, n=4)}, "depression courses", 10)
    assert one.finding == "Response at the sites that can be told: 50 %"
    assert "No response rate" in site_groups_statement({}, "depression courses", 10).finding


def test_key_results_name_the_cohort_once_where_it_is_the_same(printed: PrintedContext):
    depression, anxiety = Told("2026-Q2", "final", rates(0.5)), Told("2026-Q2", "final", rates(0.4))
    said = latest_key({"depression": depression, "anxiety": anxiety}, printed)
    assert said is not None
    assert said.text == (
        "Newest courses: Of the newest courses alone 50 % (depression) and 40 % (anxiety) responded (depression "
        "10 of 20, 95 % interval 40 to 60; anxiety 8 of 20, 95 % interval 30 to 50; started in 2026-Q2, final)."
    )
    apart = latest_key({"depression": depression, "anxiety": Told("2026-Q1", "provisional", rates(0.4))}, printed)
    assert apart is not None
    assert apart.text.count("started in") == 2
    assert "2026-Q1, provisional" in apart.text


def test_key_results_say_of_which_conditions_nothing_is_told(printed: PrintedContext):
    row = {"statistic": "followed_up", "estimate": 0.6, "lower": 0.5, "upper": 0.7, "n_observed": 60, "n_due": 100}
    shown, hidden = (pd.DataFrame([{**row, "suppressed": each}]) for each in (False, True))
    told = {"depression": Told("2026-Q2", "final", shown), "anxiety": Told("2026-Q2", "final", hidden)}
    said = completeness_key(told, printed)
    assert said is not None
    assert said.finding == "Of courses due 60 % (depression) were followed up"
    assert said.more == "Withheld, or too few to say: anxiety."


def test_joined_quarters_are_one_or_several():
    policy = policy_named("cms")
    one = withheld_words(Said("quarters_joined", ("2025-Q3; 2025-Q4",)), "Anxiety", policy)
    assert one.startswith("Anxiety: 2025-Q3 to 2025-Q4 are told as one, because apart some of it would show")
    two = withheld_words(Said("quarters_joined", ("2025-Q1; 2025-Q2", "2025-Q3; 2025-Q4")), "Anxiety", policy)
    assert two.startswith("Anxiety: 2025-Q1 to 2025-Q2 and 2025-Q3 to 2025-Q4 are each told as one, because apart")
    assert two.endswith("a count from 1 to 10.")


def test_captions_promise_what_is_drawn(printed: PrintedContext):
    shown = pd.DataFrame(
        [
            {"statistic": name, "suppressed": False, "estimate": 0.5}
            for name in ("missing_as_nonresponse", "bound_upper")
        ]
    )
    assert "Hollow" in legend_of("response", shown, printed)
    assert "Hollow" not in legend_of("response", shown.assign(suppressed=True), printed)
    assert "Hollow" not in legend_of("response", shown.iloc[:1], printed)
    limits = {"statistic": "limits", "suppressed": False, "lower": 0.2, "signal": ""}
    point = {"statistic": "point", "suppressed": False, "lower": None, "signal": "outside"}
    assert "dashed" in trend_caption(pd.DataFrame([limits]), printed)
    assert "Triangles" not in trend_caption(pd.DataFrame([limits]), printed)
    signal = trend_caption(pd.DataFrame([point]), printed)
    assert "dashed" not in signal
    assert "Triangles" in signal
    across = pd.DataFrame([{"statistic": "limits_95", "suppressed": False, "lower": 0.2}])
    assert "line across" in sites_caption(across, "2026-Q2", printed)
    assert "line across" not in sites_caption(across.assign(suppressed=True), "2026-Q2", printed)


def test_a_conditions_answer_is_long_and_in_few_words():
    said = Statement("Half of depression courses would first record a response by day 9", brief="day 9")
    assert "day 9" in said.text
    assert said.text.count("day 9") == 1


@pytest.mark.parametrize(
    ("standings", "text"),
    [
        (["new", "new"], ""),
        (
            ["as released", "as released"],
            "These numbers stand as in an earlier pack: nothing changed since, or too little to tell.",
        ),
        (
            ["revised", "as released"],
            (
                "Some of these numbers are revised since the last pack; the workbook and the CSV mark which. Some of "
                "these numbers stand as in an earlier pack, because nothing changed since or too little to tell; the "
                "workbook and the CSV mark which."
            ),
        ),
        (["new", "sum of released"], "Some of these numbers are sums of what earlier packs told."),
    ],
)
def test_how_rows_stand_beside_earlier_packs_is_said_below_their_table(standings: list[str], text: str):
    assert release_note(pd.DataFrame({"release": standings})) == text


@pytest.mark.parametrize(("release", "said"), [("revised", ", revised since the last pack"), ("as released", "")])
def test_a_key_result_says_that_it_is_revised(context: Context, release: str, said: str):
    rows = rates(0.5).assign(release=release)
    told = latest_key({"depression": Told("2025-Q4", "final", rows)}, context)
    assert told is not None
    assert told.basis.endswith(f"; started in 2025-Q4, final{said})")


def test_courses_started_are_told_of_the_conditions_whose_number_is_shown(printed: PrintedContext):
    started = pd.DataFrame({"condition": ["depression", "anxiety"], "n_courses": [12, HIDDEN]}, dtype=object)
    said = activity_statement(started, "2026-Q3", 20, printed)
    assert said.text == "Courses started in 2026-Q3: 12 for depression. How many for anxiety is not shown."
    assert activity_statement(started.iloc[:1], "2026-Q3", 12, printed).finding == "12 courses were started in 2026-Q3"
    assert "is not shown" in activity_statement(started.iloc[1:], "2026-Q3", HIDDEN, printed).finding
