"""A text that no file can hold."""

from __future__ import annotations

import pytest

from hauler_tui.errors import HaulError
from hauler_tui.library.library import Library
from hauler_tui.workflows import filing
from hauler_tui.workflows.check import check_issue
from hauler_tui.workflows.publish import publish_issue
from hauler_tui.workflows.writing import file_of, write_issue
from tests.factories import NOW
from tests.workflows.conftest import star

SLUG = "haul-1"


def test_a_note_with_a_nul_byte_is_a_finding_and_neither_written_nor_published(
    library: Library,
) -> None:
    star(library, 1, "One.\n\nTw\0o.")
    (finding,) = (one for one in check_issue(library, SLUG).findings if one.code == "read-back")
    assert "line 3 holds a NUL byte" in finding.message
    with pytest.raises(HaulError, match="haul-1 would be no text: a NUL byte in line") as caught:
        write_issue(library, SLUG, NOW, prefer="ours")
    assert "hauler check haul-1" in caught.value.hint
    assert not file_of(library, library.hauls.get(SLUG)).exists()
    with pytest.raises(HaulError, match="NUL"):
        publish_issue(library, SLUG, NOW)
    assert library.hauls.get(SLUG).state == "open"


def test_a_file_written_with_a_nul_byte_follows_the_note_that_was_mended(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    star(library, 1, "Tw\0o.")
    with monkeypatch.context() as patch:
        patch.setattr(filing, "refuse_no_text", lambda issue, text: None)
        path = write_issue(library, SLUG, NOW).path
    assert b"Tw\0o." in path.read_bytes()
    star(library, 1, "Two.")
    write_issue(library, SLUG, NOW)
    assert b"\n\nTwo.\n" in path.read_bytes()
    assert b"\0" not in path.read_bytes()
