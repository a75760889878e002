"""Early improvement: did an early fall and a later response go together?"""

from dashboard.views.plain import Part, plain_page
from pipelines.words.early_improvement import (
    early_improvement_definition,
    early_improvement_numbers,
    early_improvement_statement,
)

plain_page(
    [Part("early_improvement", "", early_improvement_statement, early_improvement_numbers)],
    early_improvement_definition,
)
