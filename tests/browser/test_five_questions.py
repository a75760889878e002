"""Five questions of somebody new to the dashboard, each answered within three clicks from the Overview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from visits import home, settle, visit

pytestmark = pytest.mark.browser

CLICKS_AT_MOST = 3


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        asked: in words.
        links: to click, by the names that a reader sees or hears; none where the Overview says it all.
        title: of the page where they end.
        told_first: what the Overview says already.
        answers: what stands there.
    """

    asked: str
    links: Sequence[str]
    title: str
    told_first: Sequence[str]
    answers: Sequence[str]


QUESTIONS = [
    Question(
        "How many depression courses responded, and how sure is that?",
        ["Response (depression)"],
        "Response",
        ["51 %", "47 to 56", "234 of 457 followed up", "31 % if the missed count as not responding"],
        [
            "Response rate 51 %",
            "95 % interval 47 to 56",
            "234 of 457 followed up",
            "Counting the 289 without follow-up",
        ],
    ),
    Question(
        "How fast does anxiety respond?",
        ["Half have responded by (anxiety)"],
        "Onset",
        ["day 22 or later", "by day 28, recorded in 35 of 100 starters"],
        ["on day 22 at the earliest", "By day 28, 35 of 100 starters had a recorded response"],
    ),
    Question(
        "Which site needs a look?",
        ["Who was lost at Site 09"],
        "Who was lost",
        ["Follow-up at Site 09 is far below that of the others", "Site 09: depression 18 of 48"],
        ["Site 09: far fewer followed up than elsewhere", "A call is due there first"],
    ),
    Question(
        "What changed last quarter?",
        ["Quarters in the process chart"],
        "Trend",
        [
            "Nothing beyond usual variation",
            "2026-Q2, the latest mature quarter: depression 68 %, usual 27 to 76",
            "2026-Q3 is provisional",
        ],
        ["varies as it always has: 2026-Q2 68 %, within the usual 27 to 76 %", "2026-Q3 is provisional"],
    ),
    Question(
        "How many were lost?",
        ["Followed up (depression)"],
        "Who was lost",
        ["289 lost", "166 lost", "99 lost"],
        ["457 followed up, 289 lost"],
    ),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.asked)
def test_a_question_is_answered_within_three_clicks(browser, port: int, question: Question):
    assert len(question.links) <= CLICKS_AT_MOST
    with visit(browser, home(port)) as page:
        said = spoken(page)
        for words in question.told_first:
            assert words in said
        for name in question.links:
            page.get_by_role("link", name=name, exact=True).click()
        page.wait_for_function(f"document.querySelector('h1')?.innerText === {question.title!r}", timeout=30_000)
        settle(page)
        said = spoken(page)
        for words in question.answers:
            assert words in said


def spoken(page) -> str:
    """All that the page says, with spaces that do not break made plain."""
    return page.locator("[data-testid=stMain]").inner_text().replace("\u00a0", " ")
