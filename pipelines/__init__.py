"""Outcome tracking for ketamine-infusion programs: from score exports to published counts."""

import os

__version__ = "0.1.0"

# Before numpy is loaded: the matrices here are small, and each reader of the dashboard has a thread already. With more
# threads they spend a quarter of a report waiting for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
