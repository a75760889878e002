"""UTF-8 or CP1252 is decided by every byte of a file, wherever it is cut into chunks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.encoding import EncodingWatch

CASES = {
    "nothing": (b"", "utf-8"),
    "ASCII": (b"course_id,scale\nA,PHQ-9\n", "utf-8"),
    "UTF-8": ("Zoë, Łódź, 患者".encode(), "utf-8"),
    "UTF-8 with a byte-order mark": ("Zoë".encode("utf-8-sig"), "utf-8"),
    "CP1252": ("Zoë, Müller, 12 €".encode("cp1252"), "cp1252"),
    "an accent alone at the end": ("abc é".encode("cp1252"), "cp1252"),
    "a byte that CP1252 leaves undefined": (b"Zo\x81", None),
    "UTF-16": ("Zoë".encode("utf-16"), None),
    "UTF-16 without accents": ("Zoe".encode("utf-16"), None),
    "UTF-8 first, CP1252 later": ("Zoë\n".encode() + "Zoë".encode("cp1252"), None),
    "CP1252 first, UTF-8 later": ("Zoë\n".encode("cp1252") + "Zoë".encode(), None),
    "UTF-8 cut off inside a letter": ("Zoë".encode()[:-1], "cp1252"),
}


def encoding_of(data: bytes, size: int) -> str | None:
    watch = EncodingWatch()
    for start in range(0, len(data), size):
        watch.feed(data[start : start + size])
    return watch.encoding


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize(("data", "encoding"), CASES.values(), ids=CASES)
def test_the_encoding_of_a_file(data, encoding, size):
    assert encoding_of(data, size) == encoding


@given(st.text(max_size=40), st.integers(1, 5))
def test_whatever_is_written_as_utf8_is_read_as_utf8(text, size):
    assert encoding_of(text.encode(), size) == "utf-8"


@given(st.binary(max_size=40), st.integers(1, 5))
def test_chunks_make_no_difference(data, size):
    found = encoding_of(data, size)
    assert found == encoding_of(data, 1000)
    if found is not None:
        data.decode(found)
