"""Which of the two encodings a text file is in: UTF-8, or the CP1252 that Windows programs write."""

from __future__ import annotations

import codecs
import re
from typing import Literal

Encoding = Literal["utf-8", "cp1252"]
"""UTF-8 may open with a byte-order mark."""

_UNDEFINED_IN_CP1252 = re.compile(rb"[\x00\x81\x8d\x8f\x90\x9d]")
_TWO_BYTES_OF_UTF8 = re.compile(rb"[\xc3-\xc5][\x80-\xbf]")


class EncodingWatch:
    """Tells the encoding of bytes that pass by in chunks.

    Text is UTF-8 if all of it decodes as UTF-8. Else it is CP1252, if it holds no byte that CP1252 leaves
    undefined, no zero byte (UTF-16 has them), and no letter in two bytes of UTF-8: such a file is mixed, and
    either reading of it would garble a part.
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = True
        self._may_be_cp1252 = True
        self._last = b""

    def feed(self, chunk: bytes) -> None:
        """Looks at the next bytes of the file."""
        has_rest = bool(self._decoder.getstate()[0])
        if chunk.isascii() and not has_rest:
            self._may_be_cp1252 = self._may_be_cp1252 and b"\0" not in chunk
            self._last = b""
            return
        if self._is_utf8:
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self._is_utf8 = False
                self._decoder.reset()
        if self._may_be_cp1252:
            seen = self._last + chunk
            self._may_be_cp1252 = not (_UNDEFINED_IN_CP1252.search(seen) or _TWO_BYTES_OF_UTF8.search(seen))
        self._last = chunk[-1:]

    @property
    def encoding(self) -> Encoding | None:
        """The encoding of all that was seen, or None if it is neither."""
        if self._is_utf8 and not self._decoder.getstate()[0]:
            return "utf-8"
        return "cp1252" if self._may_be_cp1252 else None
