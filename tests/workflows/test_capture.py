from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hauler_tui.domain.identity import aliases, canonical_link
from hauler_tui.haul.canonical import card_link
from hauler_tui.library.library import Library
from hauler_tui.workflows.capture import capture, link_entry, links_in, named_in
from tests.factories import NOW, make_entry
from tests.queue_document import OTHERS, PAPER_FORMS, queue_document

LATER = NOW + timedelta(minutes=1)


def test_links_in_any_text_become_items_that_say_only_where_they_are(tmp_path: Path) -> None:
    text = (
        "Read https://arxiv.org/pdf/2605.00007v2, then [a post](http://example.org/a?utm_source=b)."
    )
    with Library.open(tmp_path) as library:
        captured = capture(library, links_in(text), at=NOW)
        items = [library.items.get(item_id) for item_id in captured.ids]
        assert captured.added == captured.ids
        assert items[0].key == "arxiv:2605.00007"
        assert [item.entry.link for item in items] == [
            "https://arxiv.org/abs/2605.00007",
            "http://example.org/a",
        ]
        assert {item.entry.origin for item in items} == {"link"}
        assert {item.entry.title for item in items} == {""}


def test_what_the_text_calls_a_link_is_its_title_until_better_is_told(tmp_path: Path) -> None:
    text = "[Deep learning for X](https://example.org/x), arXiv:2605.00007"
    better = make_entry(link="https://example.org/x", aliases=aliases(link="https://example.org/x"))
    with Library.open(tmp_path) as library:
        named, paper = capture(library, named_in(text), at=NOW).added
        assert library.items.get(named).entry.title == "Deep learning for X"
        assert library.items.get(paper).entry.title == ""
        assert library.lookups.count() == 2
        capture(library, ["https://example.org/x"], at=LATER)
        assert library.items.get(named).entry.title == "Deep learning for X"
        library.items.absorb([better], feed_id=None, at=LATER)
        assert library.items.get(named).entry.title == better.title


def test_a_known_work_is_told_and_loses_nothing(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        feed = library.feeds.add("https://example.org/1.xml", at=NOW)
        (known,) = library.items.absorb([make_entry(7)], feed_id=feed.id, at=NOW).new
        captured = capture(library, ["arXiv:2605.00007", "2605.00007v3"], at=LATER)
        assert (captured.ids, captured.added, captured.known) == ((known,), (), (known,))
        item = library.items.get(known)
        assert item.entry.title == "Paper 7"
        assert [one.feed_id for one in item.work.sightings] == [feed.id, None]


@pytest.mark.parametrize("pasted", ["http://old.example/a", "https://old.example/a"])
def test_a_link_keeps_its_scheme_and_is_one_work_with_the_other(
    tmp_path: Path, pasted: str
) -> None:
    other = pasted.replace("http:", "https:") if pasted[4] == ":" else "http" + pasted[5:]
    entry = make_entry(link=other, aliases=aliases(link=other, guid="post 7", feed_id=1))
    with Library.open(tmp_path) as library:
        (item_id,) = capture(library, [pasted], at=NOW).added
        assert library.items.get(item_id).entry.link == pasted
        assert canonical_link(library.items.get(item_id).entry.link) == pasted
        assert card_link(pasted) == "https://old.example/a"
        assert capture(library, [other + "/", pasted], at=LATER).known == (item_id,)
        absorbed = library.items.absorb([entry], feed_id=1, at=LATER)
        assert (absorbed.new, absorbed.changed) == ((), (item_id,))
        assert len(library.items.view()) == 1
        for link in (pasted, other):
            assert library.items.find(link) == item_id


def test_nothing_in_nothing_out(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        assert capture(library, links_in("no link here"), at=NOW).ids == ()


@pytest.mark.parametrize("number", range(len(PAPER_FORMS)))
def test_a_paper_is_known_in_every_form_that_people_paste(number: int) -> None:
    text = f"Read {PAPER_FORMS[number]('2605.00007')} today."
    (link,) = links_in(text)
    assert link_entry(link).aliases == ("arxiv:2605.00007",)
    assert link_entry(link).link == "https://arxiv.org/abs/2605.00007"


@pytest.mark.parametrize(("link", "kind"), OTHERS)
def test_other_links_are_known_by_their_best_name(link: str, kind: str) -> None:
    (found,) = links_in(f"Read {link} today.")
    assert link_entry(found).aliases[0].startswith(f"{kind}:")


def test_a_queue_document_becomes_exactly_its_works(tmp_path: Path) -> None:
    text, keys = queue_document(300, times=3)
    with Library.open(tmp_path) as library:
        captured = capture(library, links_in(text), at=NOW)
        assert {library.items.get(item_id).key for item_id in captured.ids} == keys
        assert len(captured.ids) == len(captured.added) == len(keys)
        assert library.lookups.count() == len(keys)
        again = capture(library, links_in(text), at=LATER)
        assert (again.added, again.known) == ((), captured.ids)


def test_what_was_captured_is_durable_with_its_place_in_the_queue(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        captured = capture(library, ["https://example.org/a"], at=NOW)
        library.flush()
        with Library.open(tmp_path, writing=False) as other:
            assert other.lookups.ids() == captured.ids
