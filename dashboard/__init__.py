"""The dashboard: published results as sentences and figures, read-only."""
