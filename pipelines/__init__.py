"""Outcome tracking for ketamine-infusion programs: from score exports to published counts."""

__version__ = "0.1.0"
