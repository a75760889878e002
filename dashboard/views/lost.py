"""Who was lost: what would the response rate be with them, and where were they lost?"""

from dashboard.views.plain import Part, plain_page
from pipelines.words.missing_follow_up import (
    completeness_note,
    completeness_numbers,
    completeness_statement,
    lost_definition,
    lost_note,
    lost_numbers,
    lost_statement,
)

plain_page(
    [
        Part("response", "", lost_statement, lost_numbers, (lost_note(),)),
        Part("completeness", "Followed up", completeness_statement, completeness_numbers, (completeness_note(),)),
    ],
    lost_definition,
    own="site",
)
