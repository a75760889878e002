"""What is measured and how it is judged: data under review, and the loader that checks it."""

from pipelines.definitions.loader import load_definitions
from pipelines.definitions.models import (
    ColumnRule,
    Columns,
    Condition,
    Cut,
    Definitions,
    Outcomes,
    ResponseRule,
    Scale,
    Window,
)

__all__ = [
    "ColumnRule",
    "Columns",
    "Condition",
    "Cut",
    "Definitions",
    "Outcomes",
    "ResponseRule",
    "Scale",
    "Window",
    "load_definitions",
]
