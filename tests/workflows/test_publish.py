from __future__ import annotations

import json
from pathlib import Path

import pytest

from hauler_tui.errors import HaulError, UnknownKeyError
from hauler_tui.files import write_atomically
from hauler_tui.library.library import Library
from hauler_tui.workflows import drafts, publish
from tests.factories import NOW, make_entry
from tests.workflows.conftest import star, write


def test_an_open_issue_shows_its_items_and_notes_as_they_are_now(library: Library) -> None:
    item_id = star(library, 2, "Before.")
    library.notes.write(item_id, "After & <b>bold</b>.", NOW)
    text = publish.compile_text(library, "haul-1")
    assert "After & <b>bold</b>." in text
    assert "Before." not in text
    assert '<a href="https://arxiv.org/abs/2605.00002">' in text


def test_titles_are_written_in_unicode_and_links_without_a_version(library: Library) -> None:
    entry = make_entry(
        4, title="Schr\\\"odinger's $\\alpha$ & co", link="http://arxiv.org/pdf/2605.00004v3"
    )
    library.items.absorb([entry], feed_id=None, at=NOW)
    star(library, 4)
    text = publish.compile_text(library, "haul-1")
    assert "Schrödinger's α &amp; co" in text or "Schrödinger's $α$ &amp; co" in text
    assert '"https://arxiv.org/abs/2605.00004"' in text


def test_cards_stand_by_title_until_a_hand_moves_them(library: Library) -> None:
    ids = [star(library, number) for number in (3, 1, 2)]
    issue = library.hauls.get("haul-1")
    assert [card.item_id for card in drafts.ordered_cards(library, issue)] == [
        ids[1],
        ids[2],
        ids[0],
    ]
    library.hauls.move_card("haul-1", ids[0], -2, NOW)
    issue = library.hauls.get("haul-1")
    assert [card.item_id for card in drafts.ordered_cards(library, issue)] == [
        ids[0],
        ids[1],
        ids[2],
    ]
    text = publish.compile_text(library, "haul-1")
    assert text.index("Paper 3") < text.index("Paper 1") < text.index("Paper 2")


def test_publishing_freezes_link_title_abstract_and_text(library: Library) -> None:
    item_id = star(library, 1, "My note.")
    draft = publish.compile_text(library, "haul-1")
    published = publish.publish_issue(library, "haul-1", NOW)
    (card,) = published.cards
    assert (card.link, card.title) == ("https://arxiv.org/abs/2605.00001", "Paper 1")
    assert (card.abstract, card.text) == ("What paper 1 is about.", "My note.")
    assert published.published_at == NOW
    library.notes.write(item_id, "Another.", NOW)
    text = publish.compile_text(library, "haul-1")
    assert "My note." in text
    assert "2026-05-04T09:30:00.000Z" in text
    assert text.count("\n") == draft.count("\n") or "published_at" not in draft
    assert library.items.get(item_id).covered == ("haul-1",)
    with pytest.raises(HaulError, match="published already"):
        publish.publish_issue(library, "haul-1", NOW)


def test_cards_of_several_lanes_keep_their_own_texts(library: Library) -> None:
    for number in (1, 2, 3):
        star(library, number, f"Note {number}.")
    library.hauls.add_card("haul-1", library.items.find("2605.00001"), "Runners-up", NOW)
    issue = publish.publish_issue(library, "haul-1", NOW)
    assert [(card.title, card.lane, card.text) for card in issue.cards] == [
        ("Paper 2", "Papers", "Note 2."),
        ("Paper 3", "Papers", "Note 3."),
        ("Paper 1", "Runners-up", "Note 1."),
    ]
    for card in issue.cards:
        assert library.items.get(card.item_id).entry.title == card.title


def test_what_was_published_here_reads_back_as_the_same_cards(
    library: Library, tmp_path: Path
) -> None:
    for number in (1, 2):
        star(library, number, f"Note & <b>{number}</b>.")
    mine = publish.publish_issue(library, "haul-1", NOW)
    path = publish.write_issue(library, "haul-1", tmp_path)
    publish.import_files(library, [path], NOW)
    assert library.hauls.get("haul-1").cards == mine.cards


def test_a_note_that_holds_a_card_freezes_as_it_was_meant(library: Library) -> None:
    note = (
        '<blockquote>\n<a href="https://example.org/x">\n<h4>X</h4>\n</a>\n</blockquote>\n\nMore.'
    )
    star(library, 1, note)
    (card,) = publish.publish_issue(library, "haul-1", NOW).cards
    assert card.text == note
    assert card.title == "Paper 1"


def test_starred_items_are_added_to_a_new_issue_in_one_step(library: Library) -> None:
    series = drafts.start_series(library, "Beetle  Mail", NOW)
    assert (series.title, series.slug) == ("Beetle Mail ~{n}", "beetle-mail-{n}")
    issue = library.hauls.new_issue(series.id, NOW)
    ids = [library.items.find(f"2605.0000{number}") for number in (1, 2)]
    drafts.add_cards(library, issue.slug, ids, NOW)
    assert len(library.hauls.get(issue.slug).cards) == 2
    library.history.undo(NOW)
    assert library.hauls.get(issue.slug).cards == ()


@pytest.mark.parametrize("slug", ["no-number", "a/{n}", "..{n}", "{n} {n}", "a b-{n}"])
def test_a_slug_pattern_that_names_no_file_is_refused(library: Library, slug: str) -> None:
    with pytest.raises(HaulError):
        drafts.start_series(library, "Beetles", NOW, slug=slug)


def test_an_issue_is_written_beside_the_library_or_into_the_folder_of_its_series(
    library: Library, tmp_path: Path
) -> None:
    star(library, 1)
    path = publish.write_issue(library, "haul-1")
    assert path == (library.directory / "hauls" / "haul-1.md").resolve()
    assert path.read_bytes() == publish.compile_text(library, "haul-1").encode()
    series = library.hauls.current()
    assert series is not None
    library.hauls.edit_series(series.id, NOW, folder=str(tmp_path / "posts"))
    assert publish.write_issue(library, "haul-1").parent == (tmp_path / "posts").resolve()
    assert publish.write_issue(library, "haul-1", tmp_path / "other").parent.name == "other"


def test_a_file_that_hauler_wrote_is_written_again_after_a_change(library: Library) -> None:
    star(library, 1)
    path = publish.write_issue(library, "haul-1")
    before = path.read_text(encoding="utf-8")
    star(library, 2)
    publish.write_issue(library, "haul-1")
    assert path.read_text(encoding="utf-8") != before


def test_a_file_that_somebody_changed_or_made_is_never_overwritten(library: Library) -> None:
    star(library, 1)
    path = publish.write_issue(library, "haul-1")
    path.write_text("By hand.", encoding="utf-8")
    with pytest.raises(HaulError, match="changed since") as refused:
        publish.write_issue(library, "haul-1")
    assert f"-o {path.with_stem('haul-1-new')}" in refused.value.hint
    assert path.read_text(encoding="utf-8") == "By hand."


def test_a_file_that_holds_the_very_text_already_becomes_hauler_s_own(
    library: Library, tmp_path: Path
) -> None:
    star(library, 1)
    path = write(tmp_path, "haul-1.md", publish.compile_text(library, "haul-1"))
    publish.write_issue(library, "haul-1", tmp_path)
    star(library, 2)
    publish.write_issue(library, "haul-1", tmp_path)
    assert "Paper 2" in path.read_text(encoding="utf-8")


def test_a_crash_between_remembering_and_writing_locks_nobody_out(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    star(library, 1)
    publish.write_issue(library, "haul-1")
    star(library, 2)

    def crash(path: Path, data: bytes, *, mode: int = 0o644) -> None:
        if path.suffix == ".md":
            raise OSError(28, "No space left on device", str(path))
        write_atomically(path, data, mode=mode)

    monkeypatch.setattr("hauler_tui.workflows.publish.write_atomically", crash)
    with pytest.raises(HaulError, match="No space left"):
        publish.write_issue(library, "haul-1")
    monkeypatch.undo()
    path = publish.write_issue(library, "haul-1")
    assert "Paper 2" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("damage", ["", "[1, 2]", '{"a": 7}', "\x00", '"'])
def test_a_damaged_memory_of_written_files_refuses_rather_than_overwrites(
    library: Library, damage: str
) -> None:
    star(library, 1)
    publish.write_issue(library, "haul-1")
    (library.directory / "written.json").write_text(damage, encoding="utf-8")
    star(library, 2)
    with pytest.raises(HaulError):
        publish.write_issue(library, "haul-1")


def test_a_link_to_a_file_elsewhere_is_followed_and_stays_a_link(
    library: Library, tmp_path: Path
) -> None:
    star(library, 1)
    target = tmp_path / "blog" / "haul-1.md"
    target.parent.mkdir()
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "haul-1.md").symlink_to(target)
    publish.write_issue(library, "haul-1", tmp_path / "posts")
    assert (tmp_path / "posts" / "haul-1.md").is_symlink()
    assert target.read_bytes() == publish.compile_text(library, "haul-1").encode()


def test_an_unknown_issue_is_not_written(library: Library) -> None:
    with pytest.raises(UnknownKeyError):
        publish.write_issue(library, "haul-9")


def test_the_memory_of_written_files_is_private(library: Library) -> None:
    star(library, 1)
    path = publish.write_issue(library, "haul-1")
    memory = library.directory / "written.json"
    assert memory.stat().st_mode & 0o777 == 0o600
    assert str(path) in json.loads(memory.read_text(encoding="utf-8"))


def test_an_issue_is_written_elsewhere_while_the_library_cannot_remember_it(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    star(library, 1)

    def refuse(*arguments: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(publish, "_remember", refuse)
    path = publish.write_issue(library, "haul-1", tmp_path / "posts")
    assert path.read_text(encoding="utf-8") == publish.compile_text(library, "haul-1")
    star(library, 2)
    with pytest.raises(HaulError, match="changed since"):
        publish.write_issue(library, "haul-1", tmp_path / "posts")
