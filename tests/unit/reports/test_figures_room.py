"""matplotlib keeps a list of fonts in a folder: a report is made where it has none, or says what it needs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from machine import room_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of this kind")
LOAD = """
import sys
from pipelines.errors import FolderUnfit
from pipelines.reports.figures.style import load_matplotlib, text_width
try:
    load_matplotlib()
    print(text_width("words", 10) > 0)
except FolderUnfit as error:
    print(error)
"""


def loaded(home: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MPL", "XDG"))}
    return subprocess.run(
        [sys.executable, "-c", LOAD], check=True, capture_output=True, text=True, env=environment | {"HOME": home}
    )


def test_without_a_home_folder_figures_are_drawn_and_nothing_is_said() -> None:
    done = loaded(os.devnull)
    assert (done.stdout, done.stderr) == ("True\n", "")


def test_where_nothing_can_be_written_the_cure_is_said() -> None:
    with room_for(0):
        done = loaded(os.devnull)
    assert done.stderr == ""
    assert done.stdout == (
        "The figures of a report need a folder for matplotlib's list of fonts, and neither the one in the home folder "
        "nor one for temporary files can be written. Make room there, or name a folder that can be written in the "
        "environment variable MPLCONFIGDIR.\n"
    )
