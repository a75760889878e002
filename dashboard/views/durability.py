"""Durability: how long do those who respond after induction go on responding?"""

from dashboard.views.plain import Part, plain_page
from pipelines.words.durability import durability_definition, durability_note, durability_numbers, durability_statement

plain_page(
    [Part("durability", "", durability_statement, durability_numbers, (durability_note(),))], durability_definition
)
