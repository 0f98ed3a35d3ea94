"""Bytes of strangers as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.sources.charsets import decoded, unmangled


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<é>".encode(), "<é>"),
        ("<é>".encode("utf-8-sig"), "<é>"),
        ("<é>".encode("utf-16"), "<é>"),
        ("<é>".encode("utf-32"), "<é>"),
        ("<é>x".encode("utf-16-le"), "<é>x"),
        ("<é>x".encode("utf-16-be"), "<é>x"),
        ('<?xml encoding="latin-1"?>é'.encode(), '<?xml encoding="latin-1"?>é'),
        (b'<?xml encoding="koi8-r"?>\xc1', '<?xml encoding="koi8-r"?>а'),
        (b"<meta charset=iso-8859-1>\x93\xe9", "<meta charset=iso-8859-1>“é"),
        (b'<?xml encoding="rot13"?>\xe9', '<?xml encoding="rot13"?>é'),
        (b'<?xml encoding="idna"?>\xe9', '<?xml encoding="idna"?>é'),
        (b'<?xml encoding="cp99999"?>\xe9', '<?xml encoding="cp99999"?>é'),
        (b"\xe9\x81", "é\ufffd"),
        (b"", ""),
    ],
)
def test_the_encoding_is_found_whatever_is_declared(body: bytes, text: str) -> None:
    assert decoded(body) == text


@given(st.binary(max_size=100))
def test_any_bytes_are_text(body: bytes) -> None:
    decoded(body).encode("utf-8")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff"), max_size=50))
def test_what_is_utf_8_is_read_exactly(text: str) -> None:
    assert decoded(text.encode("utf-8")) == text


@given(st.text(st.sampled_from("aéüñß–—’“…ŒŁд中🪲 \n")))
def test_what_was_read_as_windows_1252_is_read_as_it_was_meant(text: str) -> None:
    lines = []
    for line in text.split("\n"):
        data = line.encode()
        lines.append("".join(_as_windows_1252(byte) for byte in data))
    mended = unmangled("\n".join(lines))
    for line, mangled, meant in zip(mended.split("\n"), lines, text.split("\n"), strict=True):
        # Without one of the commonest signs a line is left alone.
        assert line in (meant, mangled)
        assert line == meant or not any(sign in meant for sign in "éüñß–—’“…")


@pytest.mark.parametrize(
    "text", ["café", "PASSÉ»", "« À »", "Ångström", "naïve â", "Ã", "â€ and –", "€ 5", ""]
)
def test_what_was_read_rightly_stays(text: str) -> None:
    assert unmangled(text) == text


def test_an_ellipsis_that_was_added_later_hides_no_mangled_line() -> None:
    text = "Für die Jahre über Graz […]"
    head, end = text.split("…")
    mangled = "".join(map(_as_windows_1252, head.encode())) + "…" + end
    assert unmangled(mangled) == text
    for line in ("“AVELÃ” …", "Ã¼ …", "Ã¼ Ã¤ é"):
        assert unmangled(line) == line


def _as_windows_1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)
