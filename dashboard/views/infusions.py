"""Infusions: what happened at them, how scores changed around them, and what the first was like beside response."""

from dashboard.filters import context
from dashboard.reading import snapshot_of_run
from dashboard.views.plain import Part, plain_page
from pipelines.words.acute import acute_notes, acute_numbers, acute_statement
from pipelines.words.catalogue import say
from pipelines.words.dissociation import (
    experience_definition,
    experience_notes,
    experience_numbers,
    experience_statement,
)
from pipelines.words.safety import infusion_definition, safety_notes, safety_numbers, safety_statement

about = context(snapshot_of_run())
plain_page(
    [
        Part("safety", "", safety_statement, safety_numbers, safety_notes(about)),
        Part("acute", say("acute.title"), acute_statement, acute_numbers, acute_notes(about)),
        Part(
            "dissociation",
            say("experience.title"),
            experience_statement,
            experience_numbers,
            experience_notes(about),
        ),
    ],
    lambda about: [*infusion_definition(about), *experience_definition(about)],
)
