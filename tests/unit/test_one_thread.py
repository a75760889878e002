"""Matrices are multiplied in the thread that asks, whichever package is imported first."""

import os
import subprocess
import sys

import pytest

ASKED = "import sys, os, {package}; print('numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"


@pytest.mark.parametrize("package", ["pipelines", "dashboard"])
@pytest.mark.parametrize(("chosen", "held"), [(None, "1"), ("3", "3")])
def test_one_thread_is_asked_for_before_numpy_is_loaded_unless_somebody_chose_otherwise(package, chosen, held):
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    if chosen:
        environment["OPENBLAS_NUM_THREADS"] = chosen
    command = [sys.executable, "-c", ASKED.format(package=package)]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", held]
