"""A logo is looked at before it is drawn."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from pipelines.errors import LogoUnfit
from pipelines.reports.logo import read_logo

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def raster(kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (64, 64), "navy").save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (raster("PNG"), "png"),
        (raster("JPEG"), "jpeg"),
        (SVG.format('<use href="#a"/><image href="data:image/png;base64,AA"/>').encode(), "svg"),
        (b'<?xml version="1.0"?>' + SVG.format("").encode(), "svg"),
    ],
)
def test_pictures_are_known_by_what_they_hold(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "logo"
    path.write_bytes(content)
    logo = read_logo(path)
    assert (logo.kind, logo.content) == (kind, content)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (raster("PNG")[:-30], "is no whole PNG"),
        (raster("JPEG")[:200], "is no whole JPEG"),
        (raster("GIF"), "is neither PNG nor JPEG nor SVG"),
        (b"", "is neither PNG nor JPEG nor SVG"),
        (b"<html/>", "is XML and no SVG"),
        (SVG.format("<script>alert(1)</script>").encode(), "holds a script or a page, not drawings alone"),
        (SVG.format('<image href="photo.png"/>').encode(), "refers to another file or address"),
        (SVG.format('<image xlink:href="https://example.org/a.png"/>').encode(), "refers to another file or address"),
        (bytes(2_000_001), "has 2.0 MB, more than 2"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_cure(tmp_path: Path, content: bytes, found: str) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(content)
    with pytest.raises(LogoUnfit) as error:
        read_logo(path)
    assert str(error.value) == (
        f"The logo {path} {found}. Give a PNG, JPEG or SVG file as logo under [report] in program.toml, or take the "
        "line out."
    )


def test_a_logo_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LogoUnfit, match=r"logo\.svg cannot be read \(No such file or directory\)"):
        read_logo(tmp_path / "logo.svg")
