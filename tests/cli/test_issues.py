"""``series``, ``hauls``, ``card`` and ``lane``."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run


def test_a_series_is_added_edited_listed_and_removed(run: Run, tmp_path: Path) -> None:
    (added,) = run(
        "series", "add", "Field Notes ~{n}", "--lane", "Comments", "--lane", "Papers",
        "--tags", "bio", "--snippet", "{count} beetles", "--json",
    ).json  # fmt: skip
    assert (added["title"], added["slug"]) == ("Field Notes ~{n}", "field-notes-{n}")
    assert added["lanes"] == ["Comments", "Papers"]
    folder = str(tmp_path / "posts")
    (edited,) = run("series", "edit", "field-notes-{n}", "--folder", folder, "--json").json
    assert edited["folder"] == folder
    (edited,) = run("series", "edit", "1", "--folder", "", "--json").json
    assert edited["folder"] is None
    assert "current" in run("series", "list").out
    run("series", "remove", "1")
    assert run("series", "list", "--json").json == []
    assert "no series" in run("series", "remove", "1", code=1).err
    assert "nothing to change" in run("series", "edit", "1", code=2).err


def test_a_series_may_have_no_abstracts(run: Run) -> None:
    (added,) = run("series", "add", "Notes ~{n}", "--abstract-length", "0", "--json").json
    assert added["abstract_length"] == 0


def test_a_lane_named_twice_is_one(run: Run) -> None:
    lanes = ("Gossip", "Papers", "Gossip\n")
    options = (part for lane in lanes for part in ("--lane", lane))
    (added,) = run("series", "add", "Notes ~{n}", *options, "--json").json
    assert added["lanes"] == ["Gossip", "Papers"]


def test_a_pattern_without_a_number_or_with_a_slash_is_refused(run: Run) -> None:
    assert "{n}" in run("series", "add", "Notes ~{n}", "--slug", "notes", code=1).err
    assert "cannot name a file" in run("series", "add", "N ~{n}", "--slug", "../{n}", code=1).err
    for title in ("", " ~{n}", "~"):
        assert "needs a title" in run("series", "add", title, code=1).err
    err = run("series", "add", "Käfer", code=1).err
    assert "“Käfer” does not say where the number goes" in err
    assert "hint: write {n} once, in the place of the number: Käfer ~{n}\n" in err
    assert "asks for {m}: it can say {n}" in run("series", "add", "Käfer {m}", code=1).err
    assert "asks for {m}: it can say {n}" in run("series", "add", "Käfer ~{n} {m}", code=1).err
    slug = run("series", "add", "Käfer ~{n}", "--slug", "{slug}-{n}", code=1).err
    assert "the slug pattern “{slug}-{n}” asks for {slug}" in slug
    assert run("series", "list", "--json").json == []
    run("series", "add", "Käfer ~{n}")
    assert "needs a title" in run("series", "edit", "1", "--title", "{n}", code=1).err


def test_a_template_that_is_missing_or_is_none_is_refused_at_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "issue.md"
    err = run("series", "add", "Notes ~{n}", "--template", str(path), code=1).err
    assert f"error: the template {path} cannot be read: No such file" in err
    run("series", "add", "Notes ~{n}")
    path.write_text("fine\n{% if %}\n")
    err = run("series", "edit", "1", "--template", str(path), code=1).err
    assert f"error: {path}, line 2: " in err
    assert run("series", "list", "--json").json[0]["template"] is None
    path.write_text("{{ front }}")
    assert run("series", "edit", "1", "--template", str(path), "--json").json[0]["template"]


def test_issues_go_from_new_to_published(run: Run, papers: tuple[str, ...]) -> None:
    run("series", "add", "Field Notes ~{n}")
    (issue,) = run("hauls", "new", "--json").json
    assert issue == {
        "slug": "field-notes-1",
        "series": 1,
        "number": 1,
        "title": "Field Notes ~1",
        "state": "open",
        "cards": 0,
    }
    run("star", papers[0])
    assert run("hauls", "open", "--json").json[0]["cards"] == 1
    assert "still open" in run("hauls", "new", code=1).err
    assert run("hauls", "publish", "--json").json[0]["state"] == "published"
    assert run("show", papers[0], "--json").json["covered"] == ["field-notes-1"]
    assert "published" in run("hauls", "publish", "field-notes-1", code=1).err
    assert "no issue is open" in run("hauls", "publish", code=2).err
    assert run("hauls", "new", "--json").json[0]["number"] == 2
    assert "field-notes-2" in run("hauls").out


def test_publishing_says_that_the_file_has_no_date_yet(
    run: Run, papers: tuple[str, ...], tmp_path: Path
) -> None:
    run("star", papers[0])
    path = tmp_path / "the first.md"
    assert "“hauler compile haul-1 -o haul-1.md” writes it" in run("hauls", "publish").err
    run("undo")
    run("compile", "haul-1", "-o", str(path))
    ran = run("hauls", "publish")
    assert f"as it was before: “hauler compile haul-1 -o '{path}'” writes it with its" in ran.err
    run("compile", "haul-1", "-o", str(path))
    assert "published_at: 2" in path.read_text("utf-8")


def test_publishing_freezes_what_the_note_said(run: Run, papers: tuple[str, ...]) -> None:
    run("star", papers[0])
    run("note", papers[0], "--text", "First thought.")
    run("hauls", "publish")
    before = run("compile", "haul-1").raw
    assert b"First thought." in before
    assert b"published_at: 2" in before
    run("note", papers[0], "--text", "Second thought.")
    assert run("compile", "haul-1").raw == before
    run("undo")
    run("undo")
    assert run("hauls", "--json").json[0]["state"] == "open"


def test_a_covered_item_is_starred_without_a_card_and_told(
    run: Run, papers: tuple[str, ...]
) -> None:
    run("star", papers[0])
    run("hauls", "publish")
    run("unstar", papers[0])
    assert "covered in haul-1" in run("star", papers[0]).err
    assert all(issue["state"] == "published" for issue in run("hauls", "--json").json)
    run("star", papers[0])
    (issue,) = run("hauls", "open", "--json").json
    assert (issue["slug"], issue["cards"]) == ("haul-2", 1)


def test_a_new_issue_offers_what_is_starred_and_in_none(run: Run, papers: tuple[str, ...]) -> None:
    run("star", papers[0])
    run("card", "remove", "haul-1", papers[0])
    run("hauls", "publish", "haul-1")
    ran = run("hauls", "new", "--json")
    assert "1 starred item in no issue" in ran.err
    assert ran.json[0]["cards"] == 0


def test_cards_are_added_moved_and_removed(run: Run, papers: tuple[str, ...]) -> None:
    run("hauls", "new")
    for key in papers[:3]:
        run("card", "add", "haul-1", key)
    run("card", "move", "haul-1", papers[2], "--to", "1")
    moved = run("card", "move", "haul-1", papers[0], "--by", "1", "--json").json
    assert [card["key"] for card in moved] == [papers[2], papers[1], papers[0]]
    run("card", "remove", "haul-1", papers[1])
    text = run("compile").out
    assert text.index("Paper 3") < text.index("Paper 1")
    assert "Paper 2" not in text
    assert "no card" in run("card", "move", "haul-1", papers[3], "--to", "1", code=1).err
    assert "give one of them" in run("card", "move", "haul-1", papers[0], code=2).err


def test_a_lane_is_printed_and_set_and_stands_in_the_issue(run: Run) -> None:
    run("hauls", "new")
    run("lane", "haul-1", "Comments", "-", stdin="A *remark*.\n")
    assert run("lane", "haul-1", "Comments").out == "A *remark*.\n"
    run("lane", "haul-1", "Gossip", "--text", "Hm.")
    text = run("compile", "haul-1").out
    assert "## Comments\n\nA *remark*.\n" in text
    assert "## Gossip" in text
    assert "no lane" in run("lane", "haul-1", "Nowhere", code=1).err
    assert "offset 0" in run("lane", "haul-1", "Comments", "-", stdin=b"\xff", code=1).err


def test_a_lane_is_known_by_its_name_whatever_its_case(run: Run) -> None:
    run("hauls", "new")
    run("lane", "haul-1", " comments\n", "--text", "Hm.")
    assert run("lane", "haul-1", "Comments").out == "Hm."
    assert "introduction" in run("lane", "haul-1", "", "--text", "Hello.").out
    text = run("compile", "haul-1").out
    assert text.index("Hello.") < text.index("## Comments\n\nHm.")
    assert "## comments" not in text


def test_a_note_that_would_not_be_read_back_is_told(run: Run, papers: tuple[str, ...]) -> None:
    run("star", papers[0])
    run("note", papers[0], "--text", "Fine.\n\n<hr/>\n\nLost.")
    run("lane", "haul-1", "Comments", "--text", "Fine.\n\n## A heading\n")
    for command in (("compile",), ("hauls", "publish")):
        told = run(*command).err.splitlines()
        assert told[0].startswith("warning: the lane “Comments”: line 3 is a heading")
        assert told[1].startswith("warning: the note of “Paper 1”: line 3 is a rule")
    assert run("compile", "haul-1").err == ""


def test_an_unknown_issue_is_named(run: Run) -> None:
    for arguments in (("compile", "no-1"), ("hauls", "remove", "no-1"), ("lane", "no-1", "A")):
        assert "no-1" in run(*arguments, code=1).err


def test_two_open_issues_are_named_when_none_is(run: Run) -> None:
    for title in ("Beetles ~{n}", "Moths ~{n}"):
        run("series", "add", title)
    run("hauls", "new", "--series", "1")
    run("hauls", "new", "--series", "2")
    told = run("compile", code=2).err
    assert "beetles-1" in told
    assert "moths-1" in told
    run("hauls", "open", "beetles-1")
    assert [one["current"] for one in run("series", "list", "--json").json] == [True, False]


def test_a_removed_issue_comes_back_with_undo(run: Run, papers: tuple[str, ...]) -> None:
    run("star", papers[0])
    run("hauls", "remove", "haul-1")
    assert run("hauls", "--json").json == []
    run("undo")
    assert run("hauls", "--json").json[0]["cards"] == 1


def test_a_profile_is_a_beginning_and_each_of_its_settings_can_be_changed(run: Run) -> None:
    (added,) = run("series", "add", "N ~{n}", "--profile", "hugo", "--first", "5", "--json").json
    assert (added["file"], added["first"]) == ("{slug}/index.md", 5)
    assert added["front"][0:2] == ["title", "date={published_at}"]
    (edited,) = run(
        "series", "edit", "1", "--front", "title, categories=[a, b],date", "--closing", "--\\n",
        "--order", "added", "--json",
    ).json  # fmt: skip
    assert edited["front"] == ["title", "categories=[a, b]", "date"]
    assert (edited["closing"], edited["order"]) == ("--\n", "added")
    (edited,) = run("series", "edit", "1", "--profile", "plain", "--file", "n{n}.md", "--json").json
    assert (edited["front"], edited["heading"], edited["file"]) == ([], True, "n{n}.md")


def test_settings_that_cannot_work_are_refused(run: Run) -> None:
    run("series", "add", "Notes ~{n}")
    assert "is none of" in run("series", "edit", "1", "--front", "title, layout", code=1).err
    assert "no key says the title" in run("series", "edit", "1", "--front", "date", code=1).err
    for pattern in ("../{slug}.md", "/tmp/{slug}.md", "{date}.md", "{slug}{x}.md"):
        err = run("series", "edit", "1", "--file", pattern, code=1).err
        assert "cannot name the files" in err
    for verb in (("edit", "1"), ("add", "Others ~{n}")):
        err = run("series", *verb, "--snippet", "{count} {bad} papers", code=1).err
        assert "has {bad}, which is no field" in err
    run("series", "edit", "1", "--snippet", "{count} papers on {")


def test_a_lane_is_renamed_moved_and_removed(run: Run) -> None:
    run("hauls", "new")
    run("lane", "haul-1", "Gossip", "--text", "Hm.")
    assert run("lane", "haul-1", "gossip", "--rename", "Chat").out == "lane renamed: Chat\n"
    run("lane", "haul-1", "Chat", "--move", "-1")
    run("lane", "haul-1", "Comments", "--text", "Words.")
    text = run("compile", "haul-1").out
    assert text.index("## Chat\n\nHm.") < text.index("## Comments")
    assert run("lane", "haul-1", "Chat", "--remove").out == "lane removed: Chat\n"
    assert "Hm." not in run("compile", "haul-1").out
    run("undo")
    assert run("lane", "haul-1", "Chat").out == "Hm."
    told = run("--json", "lane", "haul-1", "Chat", "--remove").json
    assert told == {"haul": "haul-1", "lane": "Chat", "text": None}
    assert "name one" in run("lane", "haul-1", "Comments", "--remove", "--move", "1", code=2).err
    assert "no lane “Nope”" in run("lane", "haul-1", "Nope", "--remove", code=1).err
