"""Items that become one, or two again, in front of the reader; and what a row says of versions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hauler_tui.library.library import Library
from hauler_tui.ui.widgets import editor as editor_module
from tests.factories import NOW, make_entry
from tests.ui.conftest import OpenReader

ARXIV, DOI = "arxiv:2605.00077", "doi:10.1234/x"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def pair(library: Library) -> tuple[int, int]:
    """Two items that will turn out to be one work: the newest rows of the list."""
    one = make_entry(77, published=NOW + timedelta(minutes=50), title="A preprint")
    other = make_entry(
        77, aliases=(DOI,), link="https://doi.org/10.1234/x",
        published=NOW + timedelta(minutes=40), title="A preprint, printed",
    )  # fmt: skip
    ids = library.items.absorb([one, other], feed_id=1, at=NOW).new
    return ids[0], ids[1]


def join(library: Library) -> None:
    library.items.absorb([make_entry(77, aliases=(ARXIV, DOI))], feed_id=1, at=LATER)


async def test_a_row_that_became_part_of_another_stays_under_the_cursor_and_then_goes(
    open_reader: OpenReader, library: Library, pair: tuple[int, int]
) -> None:
    async with open_reader() as reader:
        reader.screen.reveal_item(pair[1])
        join(library)
        await reader.rest()
        assert reader.screen.current_id == pair[1]
        await reader.press("s")
        assert library.items.get(pair[0]).is_starred
        await reader.press("G")
        assert pair[1] not in reader.screen.incoming.list.ids
        assert pair[0] in reader.screen.incoming.list.ids


@pytest.mark.parametrize("edited", [0, 1])
async def test_a_note_being_written_while_its_item_is_joined_loses_neither_text(
    open_reader: OpenReader,
    library: Library,
    pair: tuple[int, int],
    edited: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(editor_module, "SAVE_AFTER_SECONDS", 0.01)
    library.notes.write(pair[edited], "Mine", NOW)
    library.notes.write(pair[1 - edited], "The other.", NOW)
    async with open_reader() as reader:
        reader.screen.reveal_item(pair[edited])
        await reader.press("2", "e")
        await reader.type(" is")
        await reader.until(lambda: "is" in library.notes.text(pair[edited]))
        join(library)
        await reader.type(" kept")
        await reader.press("escape")
        text = library.notes.text(pair[0])
        assert sorted(text.split("\n\n")) == ["Mine is kept", "The other."]
        assert "The other." in reader.shown()


async def test_split_makes_two_and_u_makes_one_again(
    open_reader: OpenReader, library: Library, pair: tuple[int, int]
) -> None:
    library.triage.star(pair[1], NOW)
    join(library)
    async with open_reader() as reader:
        reader.screen.reveal_item(pair[0])
        before = len(reader.screen.incoming.list.ids)
        await reader.press("colon")
        await reader.type("Split")
        await reader.press("enter")
        await reader.until(lambda: library.items.survivor(pair[1]) == pair[1])
        await reader.rest()
        assert f"{ARXIV} and {DOI} are two items now" in reader.shown()
        assert len(reader.screen.incoming.list.ids) == before + 1
        assert library.items.get(pair[1]).is_starred
        await reader.press("u")
        assert len(reader.screen.incoming.list.ids) == before
        assert library.items.get(pair[0]).is_starred


async def test_what_cannot_be_split_is_said(open_reader: OpenReader, library: Library) -> None:
    async with open_reader() as reader:
        await reader.screen.run_action("item_split")
        await reader.until(lambda: "nothing to split" in reader.shown())


async def test_of_several_names_the_person_chooses(
    open_reader: OpenReader, library: Library
) -> None:
    entry = make_entry(77, aliases=(ARXIV, DOI, "pmid:7"), published=NOW + timedelta(days=1))
    (item_id,) = library.items.absorb([entry], feed_id=1, at=NOW).new
    async with open_reader() as reader:
        reader.screen.reveal_item(item_id)
        await reader.screen.run_action("item_split")
        await reader.until(lambda: "Which is another work?" in reader.shown())
        await reader.press("down", "enter")
        await reader.until(lambda: library.items.get(item_id).work.aliases == (ARXIV, DOI))


async def test_versions_withdrawals_and_journals_are_marked_in_the_row_and_told_beside_it(
    open_reader: OpenReader, library: Library
) -> None:
    aliases = ("arxiv:2605.00077", "doi:10.1038/x")
    entry = make_entry(77, aliases=aliases, published=NOW + timedelta(days=1))
    (item_id,) = library.items.absorb([entry], feed_id=1, at=NOW).new
    library.notes.write(item_id, "of the first", NOW)
    again = make_entry(77, aliases=aliases, version=2, comment="withdrawn: an error in section 2")
    library.items.absorb([again], feed_id=1, at=NOW + timedelta(days=3))
    async with open_reader() as reader:
        reader.screen.reveal_item(item_id)
        await reader.rest()
        assert " ⊘ ¶ v2 ✎" in reader.shown()
        shown = " ".join(reader.shown().split())
        assert "v1 → v2 on 7 May 2026" in shown
        assert "¶ published: 10.1038/x" in shown
        assert "⊘ withdrawn" in shown
        await reader.press("1", "z")
        assert " withdrawn published v2 ✎" in reader.shown()
