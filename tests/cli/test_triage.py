"""The verbs of triage, notes and history."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("do", "field", "undo"),
    [("read", "read", "unread"), ("skip", "skipped", "unskip"), ("star", "starred", "unstar")],
)
def test_a_verb_and_its_opposite(
    run: Run, papers: tuple[str, ...], do: str, field: str, undo: str
) -> None:
    changed = run(do, papers[0], papers[1], papers[0], "--json").json
    assert [(item["key"], item[field]) for item in changed] == [
        (papers[0], True),
        (papers[1], True),
    ]
    assert run(undo, papers[0], "--json").json[0][field] is False
    assert run("show", papers[1], "--json").json[field] is True


@pytest.mark.parametrize(
    ("do", "field"), [("read", "read"), ("star", "starred"), ("skip", "skipped")]
)
def test_a_verb_over_a_query_is_one_step_of_history(
    run: Run, papers: tuple[str, ...], do: str, field: str
) -> None:
    assert "4 items" in run(do, "--query", "paper").out
    run("undo")
    assert not any(item[field] for item in run("items", "--json", "paper").json)
    run("redo")
    listed = run("items", "--json", "is:skipped" if do == "skip" else "paper").json
    assert all(item[field] for item in listed)
    assert len(listed) == 4


def test_unstarring_a_query_is_one_step_too(run: Run, papers: tuple[str, ...]) -> None:
    run("star", *papers)
    run("unstar", "--query", "is:starred")
    assert run("hauls", "--json").json[0]["cards"] == 0
    run("undo")
    assert run("hauls", "--json").json[0]["cards"] == 4


def test_an_unknown_key_among_known_ones_changes_nothing(run: Run, papers: tuple[str, ...]) -> None:
    run("star", papers[0], "arxiv:9912.00001", code=1)
    assert run("items", "is:starred", "--json").json == []


def test_keys_and_query_exclude_each_other(run: Run, papers: tuple[str, ...]) -> None:
    assert "give one of them" in run("read", papers[0], "--query", "paper", code=2).err
    assert "no item was named" in run("read", code=2).err


def test_the_first_star_says_which_issue_it_opened(run: Run, papers: tuple[str, ...]) -> None:
    assert "Haul ~1" in run("star", papers[0]).err
    assert run("star", papers[1]).err == ""
    (issue,) = run("hauls", "--json").json
    assert (issue["state"], issue["cards"]) == ("open", 2)


def test_tags_are_added_and_taken_away(run: Run, papers: tuple[str, ...]) -> None:
    run("tag", papers[0], papers[1], "+beetles", "+to-read")
    assert run("tag", papers[0], "-beetles", "+x", "--json").json[0]["tags"] == ["to-read", "x"]
    assert [item["key"] for item in run("items", "tag:beetles", "--json").json] == [papers[1]]
    run("tag", "--query", "paper", "-to-read")
    assert run("items", "tag:to-read", "--json").json == []
    assert "no tag" in run("tag", papers[0], code=2).err
    assert "no tag" in run("tag", papers[0], "+", code=2).err


@pytest.mark.parametrize("text", ["One\r\ntwo\ttabs\n\n", "a\x00b \x1b[31m \u202e", "ünïcödé 🪲"])
def test_a_note_comes_back_byte_for_byte(
    run: Run, papers: tuple[str, ...], tmp_path: Path, text: str
) -> None:
    path = tmp_path / "note.md"
    path.write_bytes(text.encode())
    run("note", papers[0], "--file", str(path))
    assert run("note", papers[0]).raw == text.encode()
    run("note", papers[1], "-", stdin=text.encode())
    assert run("note", papers[1]).raw == text.encode()
    assert run("note", papers[1], "--json").json["note"] == text


def test_a_note_that_is_not_utf8_is_refused_with_its_offset_and_changes_nothing(
    run: Run, papers: tuple[str, ...], tmp_path: Path
) -> None:
    run("note", papers[0], "--text", "before")
    path = tmp_path / "note.md"
    path.write_bytes(b"abc\xff")
    assert "offset 3" in run("note", papers[0], "--file", str(path), code=1).err
    assert "offset 1" in run("note", papers[0], "-", stdin=b"a\x80", code=1).err
    assert "offset 0" in run("note", papers[0], "--text", "\udcff", code=1).err
    assert run("note", papers[0]).out == "before"


def test_an_empty_text_removes_the_note(run: Run, papers: tuple[str, ...]) -> None:
    run("note", papers[0], "--text", "words")
    run("note", papers[0], "--text", "")
    assert run("note", papers[0], "--json").json["note"] is None
    assert run("note", papers[0]).out == ""


def test_one_text_is_taken_and_no_more(run: Run, papers: tuple[str, ...]) -> None:
    assert "more than one" in run("note", papers[0], "--text", "a", "-", code=2).err
    assert "too many" in run("note", papers[0], "words", code=2).err
    missing = run("note", papers[0], "--file", "/no/such/file", code=1)
    assert missing.err.startswith("error: /no/such/file: No such file or directory\nhint: ")


def test_a_text_without_an_end_is_refused(
    run: Run, papers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hauler_tui.cli.arguments.MOST_BYTES", 1024**2)
    run("note", papers[0], "--text", "before")
    if Path("/dev/zero").exists():
        assert "longer than 1 MB" in run("note", papers[0], "--file", "/dev/zero", code=1).err
    assert "longer" in run("note", papers[0], "-", stdin=b"a" * (1024**2 + 1), code=1).err
    assert run("note", papers[0]).out == "before"


@pytest.mark.parametrize(
    "arguments",
    [("items", "\udcff"), ("tag", "2605.00001", "+\udcff"), ("read", "--query", "tag:\udcff")],
)
def test_an_argument_that_is_not_utf8_is_refused_and_changes_nothing(
    run: Run, papers: tuple[str, ...], arguments: tuple[str, ...]
) -> None:
    before = run("history").out
    ran = run(*arguments, code=1)
    assert "not UTF-8" in ran.err
    assert "hint: " in ran.err
    assert run("history").out == before


def test_history_tells_what_was_done_and_what_was_undone(run: Run, papers: tuple[str, ...]) -> None:
    run("read", papers[0])
    run("tag", papers[0], "+x")
    assert run("undo").out.startswith("undone: ")
    newest, before, *_ = run("history", "--json").json
    assert (newest["verb"], newest["undone"]) == ("tag", True)
    assert (before["verb"], before["undone"]) == ("read", False)
    assert len(run("history", "--limit", "1").out.splitlines()) == 1
    assert run("redo", "--json").json["verb"] == "tag"


def test_nothing_to_undo_is_said_and_is_no_failure(run: Run) -> None:
    assert run("undo").err == "nothing to undo\n"
    assert run("redo", "--json").json is None
