"""The dashboard: published results as sentences and figures, read-only."""

import pipelines  # noqa: F401  # says how many threads numpy may have, before Streamlit loads it
