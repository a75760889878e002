"""The dashboard: published results as sentences and figures, read-only."""

import os

# Before numpy is loaded: its matrices here are small, and each reader has a thread already. With more threads a
# machine that is busy spends twice the processor time on the same curve.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
