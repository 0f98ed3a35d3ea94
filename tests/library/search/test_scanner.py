"""Regular expressions are tried in a process that can be ended."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from hauler_tui.domain.query import Query, parse
from hauler_tui.errors import LibraryError
from hauler_tui.library.library import Library
from hauler_tui.library.search import scanworker
from hauler_tui.library.search.scanner import Scanner
from tests.factories import NOW, make_entry
from tests.library.conftest import fill

ENDLESS = "/(a+)+$/"


def asked(text: str) -> Query:
    return parse(text, NOW)


@pytest.mark.parametrize("settled", [True, False])
def test_the_process_finds_what_a_scan_finds(library: Library, settled: bool) -> None:
    fill(library, 300)
    library.notes.write(7, "a remark on r\u00e9sum\u00e9s \ud800", NOW)
    library.triage.tag([9], ["to-read"], [], NOW)
    if settled:
        assert library.wait_for_index(10)
    library.items.absorb([make_entry(8, title="Nouvelle", version=2)], feed_id=1, at=NOW)
    for text, found in {
        "/paper 2\\d$/": list(range(29, 19, -1)),
        "/résumés/": [7],
        "/^to-read$/": [9],
        "/nouv.*e/ or /paper 300/": [300, 8],
        "-/./": [],
        "/paper/ -/paper [0-9]+/": [],
    }.items():
        assert list(library.items.view(asked(text))) == found, text


def test_a_reader_beside_a_writer_finds_the_same(library: Library, folder: Path) -> None:
    fill(library, 20)
    assert library.wait_for_index(10)
    library.flush()
    with Library.open(folder, writing=False) as reading:
        assert list(reading.items.view(asked("/per 1\\d$/"))) == list(range(19, 9, -1))


def test_an_endless_expression_is_given_up_when_nobody_waits(library: Library) -> None:
    library.items.absorb([make_entry(1, abstract="a" * 40 + "!")], feed_id=None, at=NOW)
    assert library.wait_for_index(10)
    begin = time.monotonic()
    stop = lambda: time.monotonic() > begin + 0.3  # noqa: E731
    assert list(library.items.view(asked(ENDLESS), stop=stop)) == []
    assert list(library.items.view(asked("/a{40}/"))) == [1]


def test_a_process_that_ends_is_an_error_and_no_answer(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(library, 3)
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(LibraryError, match="could not be tried"):
        library.items.view(asked("/paper/"))
    monkeypatch.undo()
    assert len(library.items.view(asked("/paper/"))) == 3


def test_the_process_is_gone_when_the_library_is_closed(folder: Path) -> None:
    with Library.open(folder) as library:
        fill(library, 1)
        assert len(library.items.view(asked("/paper/"))) == 1
        process = library._scanner._process
        assert process is not None
        assert process.poll() is None
    assert process.poll() is not None


def test_an_expression_that_takes_too_long_ends_the_process_by_itself(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scanworker._LONGEST_SECONDS == 60
    library.items.absorb([make_entry(1, abstract="a" * 40 + "!")], feed_id=None, at=NOW)
    code = (
        "from hauler_tui.library.search import scanworker; scanworker._LONGEST_SECONDS = 1;"
        f"import sys; sys.argv[1] = {str(library.directory)!r}; scanworker.main()"
    )
    launcher = library.directory / "python"
    launcher.write_text(f"#!/bin/sh\nexec {scanner_python()} -P -c '{code}' x\n".replace("'", '"'))
    launcher.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(launcher))
    with pytest.raises(LibraryError, match="could not be tried"):
        library.items.view(asked(ENDLESS))


def scanner_python() -> str:
    import sys

    return sys.executable


def test_nothing_is_begun_before_an_expression_is_asked_for(filled: Library) -> None:
    filled.items.view(asked("paper"))
    assert isinstance(filled._scanner, Scanner)
    assert filled._scanner._process is None
