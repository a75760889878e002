"""Recovery: who was at caseness at first and on neither measure at last?"""

from dashboard.filters import context
from dashboard.reading import snapshot_of_run
from dashboard.views.plain import Part, plain_page
from pipelines.words.catalogue import say
from pipelines.words.nhs_recovery import (
    nhs_recovery_definition,
    nhs_recovery_numbers,
    nhs_recovery_statement,
    nhs_standards,
)
from pipelines.words.statement import Context


def definition(about: Context) -> list[str]:
    """The rule with its source."""
    return [nhs_recovery_definition(about.definitions)]


about = context(snapshot_of_run())
plain_page(
    [
        Part(
            "nhs_recovery",
            "",
            nhs_recovery_statement,
            nhs_recovery_numbers,
            notes=[say("nhs_recovery.note"), nhs_standards(about.definitions)],
        )
    ],
    definition,
)
