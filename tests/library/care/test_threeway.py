"""Joining two copies of a library that went on from one beginning."""

from __future__ import annotations

import base64
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.library.care.threeway import DIVIDER, Parted, Renumbering, merge, renumbered

Tables = dict[str, dict[int, dict[str, Any]]]

marks = st.fixed_dictionaries(
    {},
    optional={
        "starred_at": st.sampled_from(["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"]),
        "skipped": st.just(True),
        "tags": st.lists(st.sampled_from("abcd"), unique=True, max_size=3),
    },
)
notes = st.fixed_dictionaries({"text": st.text(min_size=1, max_size=8), "changed_at": st.just("x")})
ids = st.integers(1, 4)
tables: st.SearchStrategy[Tables] = st.fixed_dictionaries(
    {
        "marks": st.dictionaries(ids, marks, max_size=4),
        "notes": st.dictionaries(ids, notes, max_size=4),
    }
)


def applied(ours: Tables, base: Tables, theirs: Tables) -> Tables:
    joined = {name: dict(rows) for name, rows in ours.items()}
    for name, changes in merge(base, ours, theirs).changes.items():
        for doc_id, document in changes.items():
            if document is None:
                joined[name].pop(doc_id, None)
            else:
                joined.setdefault(name, {})[doc_id] = document
    return joined


def bits(*places: int) -> str:
    number = sum(1 << place for place in places)
    return base64.b64encode(number.to_bytes(512, "little")).decode()


def places(encoded: str) -> list[int]:
    number = int.from_bytes(base64.b64decode(encoded), "little")
    return [place for place, bit in enumerate(bin(number)[:1:-1]) if bit == "1"]


@given(tables, tables)
def test_a_copy_that_changed_nothing_changes_nothing(base: Tables, ours: Tables) -> None:
    assert not merge(base, ours, base).changes


@given(tables, tables)
def test_a_copy_that_did_the_same_changes_nothing(base: Tables, ours: Tables) -> None:
    assert not merge(base, ours, ours).changes


@given(tables, tables)
def test_where_we_changed_nothing_all_they_did_is_taken(base: Tables, theirs: Tables) -> None:
    assert applied(base, base, theirs) == theirs


@given(tables, tables, tables)
def test_no_sentence_that_either_wrote_since_is_lost(
    base: Tables, ours: Tables, theirs: Tables
) -> None:
    joined = applied(ours, base, theirs)["notes"]
    for copy in (ours, theirs):
        for doc_id, note in copy["notes"].items():
            known = base["notes"].get(doc_id)
            if known is None or known["text"] != note["text"]:
                old = "" if known is None else known["text"]
                text = note["text"]
                kept = joined[doc_id]["text"]
                # Both went on from the old text: it stands there once.
                assert text in kept or text.removeprefix(old).lstrip("\n") in kept


@given(tables, tables, tables)
def test_taking_a_copy_in_twice_is_taking_it_in_once(
    base: Tables, ours: Tables, theirs: Tables
) -> None:
    once = applied(ours, base, theirs)
    assert applied(once, theirs, theirs) == once


def test_stars_of_both_stand_and_a_star_taken_away_in_one_is_gone() -> None:
    star = {"starred_at": "2026-01-01T00:00:00Z"}
    base: Tables = {"marks": {1: star}}
    joined = applied({"marks": {1: star, 2: star}}, base, {"marks": {3: star}})
    assert joined == {"marks": {2: star, 3: star}}


def test_tags_of_both_stand_and_one_that_either_took_away_is_gone() -> None:
    base: Tables = {"marks": {1: {"tags": ["a", "b"]}}}
    joined = applied(
        {"marks": {1: {"tags": ["a", "c"]}}}, base, {"marks": {1: {"tags": ["b", "d"]}}}
    )
    assert joined == {"marks": {1: {"tags": ["c", "d"]}}}


def test_read_marks_are_as_the_copy_left_them_that_changed_them() -> None:
    base: Tables = {"read": {1: {"bits": bits(1, 2)}}}
    ours: Tables = {"read": {1: {"bits": bits(1, 2, 3)}}}
    theirs: Tables = {"read": {1: {"bits": bits(2, 4)}}}
    assert applied(ours, base, theirs) == {"read": {1: {"bits": bits(2, 3, 4)}}}


def test_a_note_that_both_went_on_with_holds_both_ends() -> None:
    base: Tables = {"notes": {1: {"text": "Read.", "changed_at": "1"}}}
    ours: Tables = {"notes": {1: {"text": "Read. Good.", "changed_at": "3"}}}
    theirs: Tables = {"notes": {1: {"text": "Read. Bad.", "changed_at": "2"}}}
    merged = merge(base, ours, theirs)
    assert merged.both_kept == 1
    assert merged.changes["notes"][1] == {
        "text": f"Read. Good.{DIVIDER} Bad.",
        "changed_at": "3",
    }


def test_a_note_one_copy_removed_and_the_other_went_on_with_stays() -> None:
    base: Tables = {"notes": {1: {"text": "a", "changed_at": "1"}}}
    longer: Tables = {"notes": {1: {"text": "ab", "changed_at": "2"}}}
    assert applied(longer, base, {"notes": {}}) == longer
    assert applied({"notes": {}}, base, longer) == longer


def test_an_open_issue_holds_the_cards_and_lanes_of_both() -> None:
    def issue(cards: list[int], **lanes: str) -> Tables:
        return {
            "hauls": {
                1: {
                    "slug": "haul-1",
                    "cards": [{"item_id": card, "lane": "Papers"} for card in cards],
                    "lanes": [{"name": name, "text": text} for name, text in lanes.items()],
                }
            }
        }

    base = issue([1, 2], News="n")
    ours = issue([1, 2, 3], News="n ours", Mine="m")
    theirs = issue([2, 4], News="n theirs", Theirs="t")
    joined = applied(ours, base, theirs)["hauls"][1]
    assert [card["item_id"] for card in joined["cards"]] == [2, 3, 4]
    assert joined["lanes"] == [
        {"name": "News", "text": f"n ours{DIVIDER} theirs"},
        {"name": "Mine", "text": "m"},
        {"name": "Theirs", "text": "t"},
    ]


def test_new_things_of_the_other_copy_are_called_as_they_are_here() -> None:
    numbers = Renumbering(items={5: 9}, feeds={2: 3}, series={1: 4}, hauls={7: 8}, frozen={1: 6})
    theirs: Tables = {
        "marks": {5: {"skipped": True}, 1: {"skipped": True}},
        "notes": {5: {"text": "five"}},
        "read": {1: {"bits": bits(1, 5)}},
        "feeds": {2: {"url": "u"}},
        "feed_state": {2: {"etag": "e"}},
        "series": {1: {"title": "t"}},
        "hauls": {7: {"series_id": 1, "frozen": 1, "cards": [{"item_id": 5, "lane": "l"}]}},
    }
    assert renumbered(theirs, numbers) == {
        "marks": {9: {"skipped": True}, 1: {"skipped": True}},
        "notes": {9: {"text": "five"}},
        "read": {1: {"bits": bits(1, 9)}},
        "feeds": {3: {"url": "u"}},
        "feed_state": {3: {"etag": "e"}},
        "series": {4: {"title": "t"}},
        "hauls": {8: {"series_id": 4, "frozen": 6, "cards": [{"item_id": 9, "lane": "l"}]}},
    }


@given(
    st.sets(st.integers(0, 9000)), st.dictionaries(st.integers(0, 9000), st.integers(9001, 20000))
)
def test_a_renumbered_item_takes_its_read_mark_along(read: set[int], moves: dict[int, int]) -> None:
    rows: dict[int, dict[str, Any]] = {}
    for block in {item // 4096 for item in read}:
        rows[block + 1] = {"bits": bits(*(i % 4096 for i in read if i // 4096 == block))}
    moved = renumbered({"read": rows}, Renumbering(items=moves))["read"]
    found = {
        (block - 1) * 4096 + place for block, row in moved.items() for place in places(row["bits"])
    }
    assert found == {moves.get(item, item) for item in read}


def test_what_one_copy_wrote_in_an_issue_the_other_published_stays_beside_it() -> None:
    base: Tables = {"hauls": {1: {"slug": "haul-1"}}}
    written: Tables = {"hauls": {1: {"slug": "haul-1", "lanes": [{"name": "", "text": "more"}]}}}
    published: Tables = {"hauls": {1: {"slug": "haul-1", "state": "published", "frozen": 1}}}
    for ours, theirs in ((written, published), (published, written)):
        merged = merge(base, ours, theirs)
        assert merged.parted == (
            Parted(haul_id=1, row=written["hauls"][1], is_theirs=theirs is written),
        )
        assert applied(ours, base, theirs) == published
    assert merge(base, base, published).parted == ()


def test_notes_on_two_items_that_are_one_here_both_stay() -> None:
    notes: Tables = {"notes": {6: {"text": "On a."}, 7: {"text": "On b."}}}
    moved = renumbered(notes, Renumbering(items={6: 9, 7: 9}))
    assert moved == {"notes": {9: {"text": f"On a.{DIVIDER}On b."}}}


def test_of_notes_on_two_items_that_were_joined_here_only_what_is_new_is_added() -> None:
    copy: Tables = {"notes": {5: {"text": "On a."}, 9: {"text": "On b."}}}
    here: Tables = {"notes": {9: {"text": "On b.\n\nOn a."}}}
    moved = renumbered(copy, Renumbering(items={5: 9}))
    assert not merge({}, here, moved).changes
    copy["notes"][5] = {"text": "On a, and more."}
    moved = renumbered(copy, Renumbering(items={5: 9}))
    changes = merge({}, here, moved).changes["notes"]
    assert changes == {9: {"text": f"On b.\n\nOn a.{DIVIDER}On a, and more."}}


def test_of_an_issue_both_published_ours_stays_and_theirs_stands_beside_it() -> None:
    base: Tables = {"hauls": {1: {"slug": "haul-1"}}}
    ours: Tables = {"hauls": {1: {"slug": "haul-1", "state": "published", "frozen": 1}}}
    theirs: Tables = {"hauls": {1: {"slug": "haul-1", "state": "published", "frozen": 2}}}
    merged = merge(base, ours, theirs)
    assert merged.parted == (Parted(haul_id=1, row=theirs["hauls"][1], is_theirs=True),)
    assert not merged.changes


def test_each_copy_knows_for_itself_which_files_it_wrote() -> None:
    row = {"path": "/posts/a.md", "haul_id": 1, "at": "2026-05-04T09:30:00Z", "text": 7}
    assert merge({}, {}, {"written": {1: row}}).changes == {}
