from __future__ import annotations

import pandas as pd
import pytest

from pipelines.words.retention import drawn_infusions, reason_words, retention_alt, retention_hover, retention_statement


@pytest.fixture
def retention():
    def table(n_due: int = 200, n_pending: int = 0, suppressed: bool = False) -> pd.DataFrame:
        """Of those due 100, 60, 40 % received infusions 1 to 3; the others ended for cost, or nobody wrote why."""
        rows = []
        for infusion, share in enumerate((1.0, 0.6, 0.4), start=1):
            received = round(share * n_due)
            counts = {
                "received": received,
                "completed": 0,
                "ended_cost": round((n_due - received) * 0.75),
                "ended_without_reason": n_due - received - round((n_due - received) * 0.75),
            }
            shared = {"condition": "depression", "infusion": infusion, "n_started": n_due + n_pending, "n_due": n_due}
            rows += [
                {
                    **shared,
                    "statistic": name,
                    "n_courses": n,
                    "n_of_due": n,
                    "estimate": n / n_due if n_due else None,
                    "lower": max(0, n / n_due - 0.07) if n_due else None,
                    "upper": min(1, n / n_due + 0.07) if n_due else None,
                    "suppressed": suppressed,
                }
                for name, n in counts.items()
            ]
            rows.append({**shared, "statistic": "pending", "n_courses": n_pending, "suppressed": suppressed})
            rows.append({**shared, "statistic": "not_recorded", "n_courses": 0, "suppressed": suppressed})
        return pd.DataFrame(rows)

    return table


def test_the_sentence_is_about_the_last_infusion_that_half_received(retention, context):
    assert retention_statement(retention(n_pending=12), "depression", context).text == (
        "60 of 100 depression courses received 2 infusions or more (95 % interval 53 to 67; 120 of 200 whose induction "
        "is over and recorded). Of the 80 who ended earlier, recorded as: cost 60, no reason recorded 20. "
        "12 more are still in induction."
    )


def test_one_infusion_is_said_in_the_singular(retention, context):
    first = retention()
    text = retention_statement(first[first["infusion"] == 1], "depression", context).text
    assert text.startswith("100 of 100 depression courses received 1 infusion or more (")


def test_failures(retention, context):
    assert retention_statement(retention().head(0), "depression", context).text.startswith("No depression courses")
    assert retention_statement(retention(suppressed=True), "depression", context).text.startswith("Withheld")
    assert retention_statement(retention(n_due=0, n_pending=9), "depression", context).text == (
        "Nobody's induction is over and recorded among the 9 depression courses. 9 more are still in induction."
    )
    assert retention_statement(retention(n_due=5), "depression", context).text == (
        "Too few depression courses to say: the induction of 5 is over and recorded, and 10 are needed."
    )


def test_too_few_and_withheld_are_not_drawn(retention, context):
    assert len(drawn_infusions(retention(), context)) == 3
    assert not drawn_infusions(retention(n_due=5), context)
    assert not drawn_infusions(retention(suppressed=True), context)


def test_hover_and_alt(retention, context):
    row = drawn_infusions(retention(), context)[1]
    assert retention_hover(row, context) == (
        "Depression: 60 % received infusion 2 (95 % interval 53 to 67; 120 of 200)"
    )
    assert retention_alt(retention(), "depression", context) == (
        "Depression: infusions received fall from 100 % with 1 to 40 % with 3."
    )
    assert retention_alt(retention(n_due=5), "depression", context).startswith("Too few")


def test_reasons_have_words(context):
    for reason in context.definitions.columns.courses["end_reason"].codes:
        assert "_" not in reason_words(f"ended_{reason}")
    assert reason_words("ended_moved_abroad") == "moved abroad"
