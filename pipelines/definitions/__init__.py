"""What is measured and how it is judged: data under review, and the loader that checks it."""

from pipelines.definitions.benchmarks import Benchmark
from pipelines.definitions.items import Items
from pipelines.definitions.loader import load_definitions
from pipelines.definitions.models import ColumnRule, Columns, Condition, Definitions
from pipelines.definitions.outcomes import Outcomes, ResponseRule, Window
from pipelines.definitions.scale import Band, Bands, Cut, Scale

__all__ = [
    "Band",
    "Bands",
    "Benchmark",
    "ColumnRule",
    "Columns",
    "Condition",
    "Cut",
    "Definitions",
    "Items",
    "Outcomes",
    "ResponseRule",
    "Scale",
    "Window",
    "load_definitions",
]
