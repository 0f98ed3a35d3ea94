"""Damage to lines that say only what changed: the rest of the journal is kept, and it is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.lines import seal, unseal
from hauler_tui.library.store.writer import Writer

pytestmark = pytest.mark.usefixtures("quick_disk")

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LONG = "a long text that stays " * 20
TEXTS = (f"{LONG}one", f"{LONG}one two", f"{LONG}one two three", f"{LONG}one two three four")


@pytest.fixture
def lines(directory: Path, writer: Writer) -> list[bytes]:
    """The journal of a note written in four steps, with a star after each."""
    with Journal.open(directory, writer=writer) as journal:
        for number, text in enumerate(TEXTS):
            with journal.step("note", f"{number}", at=NOW, burst="typing" if number > 1 else None):
                journal.table("notes").put(1, {"text": text, "changed": number})
            with journal.step("star", f"{number}", at=NOW, undoable=False):
                journal.table("marks").put(number, {"starred": True})
    found = (directory / "library.journal").read_bytes().splitlines(keepends=True)
    assert len(found) == 9
    assert sum(map(len, found[3:])) < 6 * 400
    return found


def replace(directory: Path, data: bytes) -> None:
    """Let the journal be ``data``, with its first snapshot."""
    keep = {"library.json"}
    for path in directory.iterdir():
        if path.name not in keep:
            path.unlink()
    (directory / "library.journal").write_bytes(data)


def test_a_line_lost_takes_no_more_with_it_than_what_was_made_from_it(
    directory: Path, writer: Writer, lines: list[bytes]
) -> None:
    snapshot = (directory / "library.json").read_bytes()
    for place in range(1, len(lines)):
        for bit in range(0, len(lines[place]) * 8, 211):
            damaged = bytearray(lines[place])
            damaged[bit // 8] ^= 1 << bit % 8
            data = b"".join([*lines[:place], bytes(damaged), *lines[place + 1 :]])
            replace(directory, data)
            (directory / "library.json").write_bytes(snapshot)
            with Journal.open(directory, writer=writer) as journal:
                check(journal, place)
                assert journal.rescued
                if place in (3, 5):
                    assert any("did not fit" in told for told in journal.rescued)
            kept = b"".join(path.read_bytes() for path in directory.glob("*.[bt]*-1"))
            assert bytes(damaged).rstrip(b"\n") in kept
            with Journal.open(directory, writer=writer) as journal:
                check(journal, place)
                assert journal.rescued == ()
                while journal.undo(NOW):
                    pass
                assert journal.table("notes").rows() == {}


def check(journal: Journal, lost: int) -> None:
    stars = set(journal.table("marks").rows())
    notes = {1: dict(journal.table("notes").rows().get(1, {}))}
    if lost % 2 == 0:
        assert stars == {0, 1, 2, 3} - {lost // 2 - 1}
        assert notes == {1: {"text": TEXTS[3], "changed": 3}}
        return
    assert stars == {0, 1, 2, 3}
    if lost == 1:
        assert notes == {1: {}}
    else:
        assert notes == {1: {"text": TEXTS[lost // 2 - 1], "changed": 2 if lost == 7 else 3}}


def test_a_journal_torn_at_any_byte_opens_as_before_the_line_it_is_torn_in(
    directory: Path, writer: Writer, lines: list[bytes]
) -> None:
    snapshot = (directory / "library.json").read_bytes()
    data = b"".join(lines)
    begin = len(b"".join(lines[:5]))
    for cut in range(begin, len(data)):
        whole = data[:cut].count(b"\n")
        replace(directory, data[:cut])
        (directory / "library.json").write_bytes(snapshot)
        with Journal.open(directory, writer=writer) as journal:
            note = journal.table("notes").rows()[1]
            assert note["text"] == TEXTS[(whole - 2) // 2]
            assert bool(journal.rescued) == (data[cut - 1 : cut] != b"\n")
            with journal.step("note", "again", at=NOW):
                journal.table("notes").put(1, {"text": f"{LONG}again"})
        with Journal.open(directory, writer=writer) as journal:
            assert journal.table("notes").rows() == {1: {"text": f"{LONG}again"}}
            assert journal.rescued == ()


def test_a_change_that_fits_nothing_is_told_though_every_line_is_whole(
    directory: Path, writer: Writer, lines: list[bytes]
) -> None:
    first = unseal(lines[1]) or {}
    first["patches"]["notes"]["1"]["is"]["text"] = "from elsewhere"
    data = b"".join([lines[0], seal(first), *lines[2:]])
    replace(directory, data)
    with Journal.open(directory, writer=None) as reading:
        assert any("did not fit" in told for told in reading.rescued)
    with Journal.open(directory, writer=writer) as journal:
        note = journal.table("notes").rows()[1]
        assert note == {"text": "from elsewhere", "changed": 3}
        assert any("3 parts of changes did not fit" in told for told in journal.rescued)
    assert (directory / "library.journal.before-1").read_bytes() == data
    with Journal.open(directory, writer=writer) as journal:
        assert journal.rescued == ()


def test_undo_leaves_what_another_program_wrote_and_says_so(
    directory: Path, writer: Writer, lines: list[bytes]
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        journal.snapshot()
    with TinyDB(directory / "library.json") as plain:
        plain.table("notes").update({"text": "theirs"}, doc_ids=[1])
    with Journal.open(directory, writer=writer) as journal:
        assert journal.table("notes").rows()[1]["text"] == "theirs"
        undone = journal.undo(NOW)
        assert undone is not None
        assert undone.left_out == ("notes 1 text",)
        assert journal.table("notes").rows()[1] == {"text": "theirs", "changed": 1}


@pytest.mark.parametrize("kept", [b"", b"\n", b"\0" * 4096])
def test_an_emptied_journal_leaves_the_snapshot(
    directory: Path, writer: Writer, lines: list[bytes], kept: bytes
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        journal.snapshot()
    (directory / "library.journal").write_bytes(kept)
    with Journal.open(directory, writer=writer) as journal:
        assert journal.table("notes").rows()[1]["text"] == TEXTS[3]
        assert journal.rescued
        assert journal.undo(NOW) is not None


ODD: tuple[dict[str, Any], ...] = (
    {"text": "\ud800 \udfff \0 \u2028", "\ud83d": {"\ude00": ["\ud83d", "\ude00"]}},
    {"1": 1, "-0": -0.0, "007": 1e308, "true": True, "one": 1.0, "": None, "+1": 10**30},
    {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")},
    {"deep": [[[[[[[[[[{"a": [[[]]]}]]]]]]]]]]},
    {"text": "\U0001f4da" * 2_500_000},
)


@pytest.mark.parametrize("number", range(len(ODD)))
def test_odd_documents_are_kept_faithfully_and_plain_tinydb_reads_them(
    directory: Path, writer: Writer, number: int
) -> None:
    document = ODD[number]
    with Journal.open(directory, writer=writer) as journal:
        journal.table("notes").put(1, {**document, "more": "x"})
        journal.table("notes").put(1, {**document, "more": "y"})
        size = journal.size
        journal.table("notes").put(1, {**document, "more": "y"})
        assert journal.size == size
    for _ in range(2):
        with Journal.open(directory, writer=writer) as journal:
            assert journal.rescued == ()
            found = journal.table("notes").get(doc_id=1)
            assert json.dumps(found) == json.dumps({**document, "more": "y"})
            journal.snapshot()
    with TinyDB(directory / "library.json") as plain:
        found = plain.table("notes").get(doc_id=1)
        assert json.dumps(found) == json.dumps({**document, "more": "y"})


def test_two_halves_of_a_surrogate_pair_are_one_character_before_and_after_reopening(
    directory: Path, writer: Writer
) -> None:
    with Journal.open(directory, writer=writer) as journal:
        journal.table("notes").put(1, {"\ud83d\ude00": f"{LONG}\ud83d\ude00"})
        for text in (f"{LONG}\U0001f600 more", f"{LONG}\ud83d\ude00 much more"):
            journal.table("notes").put(1, {"\U0001f600": text})
        assert journal.table("notes").rows() == {1: {"\U0001f600": f"{LONG}\U0001f600 much more"}}
    with Journal.open(directory, writer=writer) as journal:
        assert journal.table("notes").rows() == {1: {"\U0001f600": f"{LONG}\U0001f600 much more"}}
        assert journal.rescued == ()
