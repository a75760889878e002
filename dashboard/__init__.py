"""The dashboard: published results as sentences and figures. It writes visits and, if a lead says so, releases."""

import pipelines  # noqa: F401  # says how many threads numpy may have, before Streamlit loads it
