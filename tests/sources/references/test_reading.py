from __future__ import annotations

import pytest

from hauler_tui.errors import SourceError
from hauler_tui.sources.references.reading import read
from tests.factories import NOW


def test_a_file_in_windows_1252_is_read_with_a_warning() -> None:
    found = read("@article{a, title={Café – “x”}}".encode("cp1252"), suffix=".bib", now=NOW)
    assert found
    assert found.found[0].entry.title == "Café – “x”"
    assert found.warnings == ("it is not UTF-8 and was read as Windows-1252",)


def test_bytes_that_are_no_character_are_counted() -> None:
    found = read(b"@article{a, title={Caf\xe9 \x81}}", suffix=".bib", now=NOW)
    assert found
    assert "1 character" in found.warnings[0]


def test_utf_16_is_read_without_a_warning() -> None:
    found = read("TY  - JOUR\r\nTI  - Été\r\nER  -".encode("utf-16"), suffix=".ris", now=NOW)
    assert found
    assert (found.found[0].entry.title, found.warnings) == ("Été", ())


@pytest.mark.parametrize(
    ("data", "suffix", "told"),
    [
        (b"", ".bib", "empty"),
        (b" \n", ".ris", "empty"),
        (b"\x00\x01\x02" * 400, ".bib", "no text"),
        (b"@a{k, title={x}}\x00", ".bib", "no text"),
        (b'<?xml version="1.0"?>\n<opml version="2.0">', ".opml", "a list of feeds"),
        (b"just words", ".bib", "holds nothing that is BibTeX"),
        (b"<html><p>x</p></html>", ".html", "holds nothing that is a browser's bookmarks"),
    ],
)
def test_what_is_none_of_its_form_is_refused_in_a_sentence(
    data: bytes, suffix: str, told: str
) -> None:
    with pytest.raises(SourceError, match=told):
        read(data, suffix=suffix, now=NOW)


@pytest.mark.parametrize("data", [b"", b"words\n", b"# A post\n\n[x](https://e.org)\n", b"\x00"])
def test_other_files_are_left_to_others(data: bytes) -> None:
    assert read(data, suffix=".txt", now=NOW) is None
