"""Suicidality: of those with some ideation, how many have none any more, and who has it newly?"""

from dashboard.filters import context
from dashboard.reading import snapshot_of_run
from dashboard.views.plain import Part, plain_page
from pipelines.words.catalogue import say
from pipelines.words.statement import Context
from pipelines.words.suicidality import (
    published_ideation,
    suicidality_definition,
    suicidality_numbers,
    suicidality_statement,
)


def definition(about: Context) -> list[str]:
    """What each level is, with its source."""
    return suicidality_definition(about.definitions)


about = context(snapshot_of_run())
plain_page(
    [
        Part(
            "suicidality",
            "",
            suicidality_statement,
            suicidality_numbers,
            notes=[say("suicidality.note"), published_ideation(about.definitions)],
        )
    ],
    definition,
)
