"""The pictures that the README shows are there, light and dark, and small."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pipelines

ROOT = Path(pipelines.__file__).parents[1]
NAMED = re.findall(r'(?:srcset|src)="(docs/images/[^"]+)"', (ROOT / "README.md").read_text(encoding="utf-8"))


def test_each_picture_stands_light_and_dark():
    light = [name for name in NAMED if not name.endswith("-dark.png")]
    assert len(light) == 3
    assert sorted(NAMED) == sorted([*light, *(name.replace(".png", "-dark.png") for name in light)])


@pytest.mark.parametrize("name", NAMED)
def test_a_picture_is_there_and_small(name: str):
    content = (ROOT / name).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) < 150_000
