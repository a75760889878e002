"""No writer of a pack needs room on a disk before the pack is put there, so that a full one fails at one place only."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from machine import room_for
from packs import PERIOD, sample_pack

from pipelines.reports.asking import Asked
from pipelines.reports.figures.style import load_matplotlib
from pipelines.reports.making import FORMATS
from pipelines.reports.manifest import Format


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of this kind")
@pytest.mark.parametrize("form", FORMATS)
def test_a_writer_needs_no_room_on_a_disk(store_folder: Path, form: Format) -> None:
    pack, asked = sample_pack(store_folder), Asked(PERIOD, "internal", (form,), "a4")
    load_matplotlib()
    with room_for(0):
        made = FORMATS[form](pack, asked)
    assert made
    assert all(made.values())
