"""``export``."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import HAUL, Run


def test_an_issue_is_exported_in_each_form(run: Run, haul_file: Path) -> None:
    run("import", str(haul_file))
    assert run("export", "field-notes-7", "--format", "md").raw == HAUL.encode()
    assert run("export", "field-notes-7", "--format", "json").json["number"] == 7
    assert run("export", "field-notes-7", "--format", "html").out.startswith("<!doctype html>")
    assert run("export", "field-notes-7", "--format", "bibtex").out.count("@misc{") == 2
    assert "<item>" in run("export", "field-notes-7", "--format", "rss").out
    assert run("export", "field-notes-7", "--format", "text").out.startswith("Field Notes ~7\n=")


def test_the_open_issue_is_meant_where_none_is_named(run: Run, papers: tuple[str, ...]) -> None:
    run("star", papers[0])
    run("note", papers[0], "--text", "What I think.")
    out = run("export", "--format", "json").json
    (card,) = out["lanes"][-1]["cards"]
    assert (card["key"], card["note"]) == (papers[0], "What I think.")


def test_a_form_is_written_to_a_file(run: Run, haul_file: Path, tmp_path: Path) -> None:
    run("import", str(haul_file))
    path = tmp_path / "out.html"
    assert run("export", "field-notes-7", "--format", "html", "-o", str(path)).out == (
        f"wrote {path}\n"
    )
    assert path.read_text("utf-8").startswith("<!doctype html>")


def test_what_cannot_be_exported_is_told(run: Run, tmp_path: Path) -> None:
    post = tmp_path / "a-post.md"
    post.write_text("Just prose.\n")
    run("import", str(post))
    told = run("export", "a-post", "--format", "bibtex", code=1).err
    assert "no cards to cite" in told
    assert "--format text or html gives its words" in told
    assert "a-post" in run("export", "a-post", "--format", "html").out
    assert run("export", "nowhere", "--format", "html", code=1).err.startswith("error:")
    run("export", "a-post", "--format", "docx", code=2)
    run("export", "a-post", code=2)


def test_a_site_makes_links_absolute(run: Run, haul_file: Path) -> None:
    run("import", str(haul_file))
    told = run("export", "field-notes-7", "--format", "rss").err
    assert "https://site.invalid/ stands for it" in told
    assert "hauler series edit 1 --site" in told
    assert "is no address" in run("series", "edit", "1", "--site", "example.org", code=1).err
    run("series", "edit", "1", "--site", "https://blog.example")
    exported = run("export", "field-notes-7", "--format", "rss")
    out = exported.out
    assert exported.err == ""
    assert "<guid>https://blog.example/field-notes-7</guid>" in out
