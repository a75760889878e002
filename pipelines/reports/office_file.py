"""Office files whose bytes are the same each time: fixed times in the archive and in the properties.

Workbooks inside (those of native charts) are treated alike, for they hold the time of their making too.
"""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from pipelines.reports.archive import entry_of

_CORE = "docProps/core.xml"
_TIME = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_LANGUAGE = re.compile(rb"<dc:language>[^<]*</dc:language>")
LANGUAGE = "en-GB"


def same_bytes(data: bytes, built: date) -> bytes:
    """An Office file with the date of the snapshot in place of the time of its making, and with its language.

    Args:
        data: a file as its library wrote it.
        built: when the snapshot was built.
    """
    made = BytesIO()
    with ZipFile(BytesIO(data)) as given, ZipFile(made, "w", ZIP_DEFLATED) as kept:
        for name in given.namelist():
            part = given.read(name)
            if name == _CORE:
                part = _dated(part, built)
            elif name.endswith(".xlsx"):
                part = same_bytes(part, built)
            kept.writestr(entry_of(name), part)
    return made.getvalue()


def _dated(core: bytes, built: date) -> bytes:
    dated = _TIME.sub(rb"\g<1>" + f"{built.isoformat()}T00:00:00Z".encode(), core)
    spoken = f"<dc:language>{LANGUAGE}</dc:language>".encode()
    if _LANGUAGE.search(dated):
        return _LANGUAGE.sub(spoken, dated)
    return dated.replace(b"</cp:coreProperties>", spoken + b"</cp:coreProperties>")
