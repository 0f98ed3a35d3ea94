"""An index that is opened finds what it has not seen, whoever wrote the log meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from hauler_tui.domain.query import parse
from hauler_tui.library.library import Library
from hauler_tui.library.search.index import Index
from hauler_tui.library.search.indexfile import Described, Position
from tests.factories import NOW, make_entry
from tests.library.search.test_index import copied, refuse

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.mark.parametrize("more", [0, 1, 2])
def test_a_log_of_the_same_name_that_another_computer_wrote_is_compared(
    filled: Library, folder: Path, tmp_path: Path, more: int
) -> None:
    assert filled.wait_for_index(10)
    filled.close()
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    with Library.open(folder) as library:
        library.items.absorb([make_entry(6)], feed_id=1, at=NOW)
        assert library.wait_for_index(10)
    with Library.open(other) as library:
        entries = [make_entry(number) for number in range(7, 8 + more)]
        library.items.absorb(entries, feed_id=1, at=NOW)
    for name in ("library.json", "library.journal", "items.log", "hauls.log", "history.log"):
        if (other / name).exists():
            shutil.copy(other / name, folder / name)
    for _ in range(2):
        with Library.open(folder) as library:
            assert library.wait_for_index(10)
            ids = sorted(library.items.view())
            assert [row.title for row in library.items.rows(ids)] == [
                *(f"Paper {number}" for number in range(1, 6)),
                *(f"Paper {number}" for number in range(7, 8 + more)),
            ]
            assert library.items.lookup(["arxiv:2605.00006"]) is None
            assert library.items.lookup(["arxiv:2605.00007"]) == 6


def test_all_is_compared_again_after_a_crash_while_what_was_compared_is_taken_in(
    filled: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filled.wait_for_index(10)
    filled.flush()
    log = (filled.directory / "items.log").read_bytes()
    with monkeypatch.context() as killed:
        killed.setattr(Index, "_mark", refuse)
        changed = [make_entry(number, title=f"Zebra {number}") for number in (1, 2, 3)]
        filled.items.absorb(changed, feed_id=1, at=NOW)
        assert filled.wait_for_index(10)
        copy = copied(filled, tmp_path / "copy")
    (copy / "items.log").write_bytes(log)
    put = Index._put
    batches: list[int] = []

    def put_one(self: Index, batch: Sequence[Described], reach: Position) -> None:
        if batches:
            refuse()
        batches.append(len(batch))
        put(self, batch, reach)

    with monkeypatch.context() as killed:
        killed.setattr("hauler_tui.library.search.index._BATCH", 1)
        killed.setattr(Index, "_put", put_one)
        Library.open(copy).close()
    assert batches == [1]
    with Library.open(copy, writing=False) as reading:
        assert reading.behind == 2
    with Library.open(copy) as again:
        assert again.wait_for_index(10)
        assert list(again.items.view(parse("zebra", NOW))) == []
        assert [row.title for row in again.items.rows([1, 2, 3])] == [
            "Paper 1",
            "Paper 2",
            "Paper 3",
        ]
