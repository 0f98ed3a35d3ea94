"""A join or a split of which only a part reached the disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.feed import FeedState, Updated
from hauler_tui.library.library import Library
from hauler_tui.library.store.writer import AppendFile
from tests.factories import NOW
from tests.library.test_joins import ARXIV, BRIDGE, DOI, bridge, two

pytestmark = pytest.mark.usefixtures("quick_disk")

LATER = NOW + timedelta(hours=1)


def refresh(library: Library) -> None:
    state = FeedState(fetched_at=LATER, etag='"2"')
    library.feeds.record(Updated(feed_id=1, state=state, title="", entries=(BRIDGE,)), LATER)


def joined(library: Library) -> None:
    bridge(library)


def merged(library: Library) -> None:
    bridge(library)
    more = replace(BRIDGE, aliases=(ARXIV, "pmid:7"))
    library.items.absorb([more], feed_id=1, at=LATER)


def pieces(data: bytes, name: str) -> list[bytes]:
    """An append cut where a crash may have ended it and what came before counts."""
    ends = b"C " if name.endswith(".log") else b""
    whole, rest = [], b""
    for line in data.splitlines(keepends=True):
        rest += line
        if line.startswith(ends):
            whole.append(rest)
            rest = b""
    return whole


@pytest.mark.parametrize(
    ("prepare", "change", "ends_as"),
    [
        (None, refresh, 1),
        (joined, lambda library: library.items.split(DOI, (), LATER), 2),
        (refresh, lambda library: library.history.undo(LATER), 2),
        (merged, lambda library: library.items.split(ARXIV, ["pmid:7"], LATER), 2),
    ],
)
def test_whatever_part_of_it_reached_the_disk_no_star_or_note_is_lost(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[Library], object] | None,
    change: Callable[[Library], object],
    ends_as: int,
) -> None:
    with Library.open(folder) as library:
        library.feeds.add("https://example.org/1.xml", at=NOW)
        two(library)
        library.triage.star(2, NOW)
        library.triage.tag([2], ["kept"], [], NOW)
        library.notes.write(1, "First.", NOW)
        library.notes.write(2, "Second.", NOW)
        if prepare is not None:
            prepare(library)
    appended: list[tuple[str, bytes]] = []
    append = AppendFile.append

    def recording(self: AppendFile, data: bytes, *, sync: bool = True) -> None:
        append(self, data, sync=sync)
        appended.extend((self.path.name, piece) for piece in pieces(data, self.path.name))

    with Library.open(folder) as library:
        library.flush()
        start = tmp_path / "start"
        shutil.copytree(folder, start)
        monkeypatch.setattr(AppendFile, "append", recording)
        change(library)
        library.flush()
        monkeypatch.setattr(AppendFile, "append", append)
    assert appended
    for cut in range(len(appended) + 1):
        torn = tmp_path / f"torn {cut}"
        shutil.copytree(start, torn)
        for name, data in appended[:cut]:
            with (torn / name).open("ab") as file:
                file.write(data)
        with Library.open(torn) as library:
            ids = list(library.items.view())
            assert len(ids) == library.items.count()
            assert [each for each in ids if library.items.get(each).is_starred]
            assert {tag for each in ids for tag in library.items.get(each).tags} == {"kept"}
            texts = "".join(map(library.notes.text, ids))
            assert "First." in texts
            assert "Second." in texts
            assert len({card.item_id for haul in library.hauls.all() for card in haul.cards}) == 1
            if ends_as == 1:
                refresh(library)  # it was not noted that this was fetched
                assert list(library.items.view()) == [1]
            library.care.check(lambda *_: None)
    assert len(ids) == ends_as


@pytest.mark.parametrize("is_back", [False, True])
def test_an_item_that_was_joined_into_one_whose_record_is_lost_is_seen(
    folder: Path, is_back: bool
) -> None:
    with Library.open(folder) as library:
        library.feeds.add("https://example.org/1.xml", at=NOW)
        two(library)
        bridge(library)
    log = folder / "items.log"
    whole = log.read_bytes()
    lines = whole.split(b"\n")
    hurt = (line.replace(b"Paper", b"P?per") if line[:4] == b"P 1 " else line for line in lines)
    log.write_bytes(b"\n".join(hurt))
    with Library.open(folder) as library:
        assert library.rescued
        assert (list(library.items.view()), library.items.count()) == ([2], 1)
        assert library.items.find(DOI) == 2
        library.notes.write(2, "Meanwhile.", LATER)
    if is_back:
        log.write_bytes(whole)
    with Library.open(folder) as library:
        assert library.wait_for_index(10)
        ids = sorted(library.items.view())
        assert ids == ([1, 2] if is_back else [2])
        assert library.items.count() == len(ids)
        assert library.notes.text(library.items.find(DOI)) == "Meanwhile."
    with Library.open(folder) as library:
        assert library.history.undo(LATER) is not None
        assert library.items.count() == 1
    with Library.open(folder) as library:
        assert library.history.redo(LATER) is not None
        assert library.items.count() == len(ids)
        assert library.wait_for_index(10)
    with Library.open(folder) as library:
        assert sorted(library.items.view()) == ids
        assert library.notes.text(library.items.find(DOI)) == "Meanwhile."
