"""Infusions: what happened at them, and how scores changed around them."""

from dashboard.filters import context
from dashboard.reading import snapshot_of_run
from dashboard.views.plain import Part, plain_page
from pipelines.words.acute import acute_notes, acute_numbers, acute_statement
from pipelines.words.catalogue import say
from pipelines.words.safety import infusion_definition, safety_notes, safety_numbers, safety_statement

about = context(snapshot_of_run())
plain_page(
    [
        Part("safety", "", safety_statement, safety_numbers, safety_notes(about)),
        Part("acute", say("acute.title"), acute_statement, acute_numbers, acute_notes(about)),
    ],
    infusion_definition,
)
