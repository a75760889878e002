"""The logo on a report, looked at before it is drawn."""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

from pipelines.errors import LogoUnfit
from pipelines.reports.pack import Logo, LogoKind

_LARGEST_BYTES = 2_000_000
_SVG = "{http://www.w3.org/2000/svg}"
_ELSEWHERE = re.compile(r"^\s*(?!#|data:)\S", re.IGNORECASE)
"""A reference out of the file: a report draws nothing that it does not hold."""


def read_logo(path: Path) -> Logo:
    """The logo in a file.

    Raises:
        LogoUnfit: there is no such file, it is too large, or is no picture.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unfit(path, f"cannot be read ({error.strerror})") from None
    if len(content) > _LARGEST_BYTES:
        raise _unfit(path, f"has {len(content) / 1e6:.1f} MB, more than {_LARGEST_BYTES / 1e6:.0f}")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _raster(path, content, "png")
    if content.startswith(b"\xff\xd8\xff"):
        return _raster(path, content, "jpeg")
    return _drawing(path, content)


def _raster(path: Path, content: bytes, kind: LogoKind) -> Logo:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[kind]) as picture:
                picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _unfit(path, f"is no whole {kind.upper()}") from None
    return Logo(content, kind)


def _drawing(path: Path, content: bytes) -> Logo:
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise _unfit(path, "is neither PNG nor JPEG nor SVG") from None
    if root.tag not in (f"{_SVG}svg", "svg"):
        raise _unfit(path, "is XML and no SVG")
    for element in root.iter():
        if str(element.tag).removeprefix(_SVG) in ("script", "foreignObject"):
            raise _unfit(path, "holds a script or a page, not drawings alone")
        links = [value for name, value in element.attrib.items() if name.rpartition("}")[2] == "href"]
        if any(_ELSEWHERE.search(link) for link in links):
            raise _unfit(path, "refers to another file or address")
    return Logo(content, "svg")


def _unfit(path: Path, found: str) -> LogoUnfit:
    return LogoUnfit(
        f"The logo {path} {found}. Give a PNG, JPEG or SVG file as logo under [report] in program.toml, or take the "
        "line out."
    )
