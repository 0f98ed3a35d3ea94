"""``feeds import`` and ``feeds export``."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

OPML = """<opml version="2.0"><body><outline text="Bees & wasps">
<outline text="Bees" xmlUrl="https://bees.example/feed"/>
<outline text="Mail" xmlUrl="mailto:me@a.example"/>
</outline></body></opml>"""


def test_import_tells_what_was_added_and_what_was_skipped(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.opml"
    path.write_text(OPML, encoding="utf-8")
    ran = run("feeds", "import", str(path))
    assert ran.out == "1 feed added, 0 already there, 1 skipped\n"
    assert "skipped: Mail  mailto:me@a.example: “mailto:” addresses cannot be fetched" in ran.err
    (feed,) = run("feeds", "list", "--json").json
    assert (feed["title"], feed["tags"]) == ("Bees", ["Bees & wasps"])
    assert "import feeds from list.opml" in run("undo").out
    assert run("feeds", "list", "--json").json == []


def test_import_reads_stdin_and_answers_in_json(run: Run) -> None:
    run("feeds", "add", "arxiv:cs.CL")
    answer = run("feeds", "import", "-", "--json", stdin="arxiv:cs.CL\narxiv:cs.LG\nnonsense").json
    assert (answer["added"], answer["known"]) == (1, 1)
    assert answer["skipped"] == [
        {"title": "", "url": "nonsense", "reason": "“nonsense” is not an address"}
    ]
    assert [feed["url"] for feed in answer["feeds"]] == [
        "https://rss.arxiv.org/rss/cs.LG",
        "https://rss.arxiv.org/rss/cs.CL",
    ]


def test_a_file_that_is_no_list_or_not_there_is_an_error(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html></html>", encoding="utf-8")
    ran = run("feeds", "import", str(path), code=1)
    assert ran.err.startswith("error: page.html: it is no list of feeds")
    assert "hint: " in ran.err
    assert "error: " in run("feeds", "import", str(tmp_path / "missing"), code=1).err
    assert "error: " in run("feeds", "import", code=2).err


def test_an_export_is_opml_that_imports_again(run: Run, tmp_path: Path) -> None:
    run("feeds", "add", "arxiv:cs.CL", "--tag", "nlp", "--title", "Language")
    before = run("feeds", "list", "--json").json
    path = tmp_path / "feeds.opml"
    assert run("feeds", "export", "-o", str(path)).out == f"wrote 1 feed to {path}\n"
    assert run("feeds", "export").raw == path.read_bytes()
    run("feeds", "remove", "1")
    run("feeds", "import", str(path))
    after = run("feeds", "list", "--json").json
    assert [feed | {"id": 0} for feed in after] == [feed | {"id": 0} for feed in before]


def test_an_export_never_overwrites_the_file_of_somebody_else(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.opml"
    path.write_text(OPML, encoding="utf-8")
    assert "hint: " in run("feeds", "export", "-o", str(path), code=1).err
    assert path.read_text(encoding="utf-8") == OPML


def test_an_export_without_feeds_is_an_empty_list_that_imports(run: Run) -> None:
    answer = run("feeds", "export", "--json").json
    assert (answer["file"], answer["feeds"]) == (None, 0)
    again = run("feeds", "import", "-", stdin=answer["text"])
    assert again.out == "0 feeds added, 0 already there, 0 skipped\n"


def test_an_export_warns_of_the_passwords_it_leaves_out(run: Run) -> None:
    run("feeds", "import", "-", stdin="https://me:pass@a.example/feed")
    ran = run("feeds", "export")
    assert "pass@" not in ran.out
    assert "warning: 1 feed written without password or token" in ran.err
    assert "me:pass@" in run("feeds", "export", "--secrets").out
