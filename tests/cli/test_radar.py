"""``hauler radar``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hauler_tui.library.library import Library
from tests.cli.conftest import Run
from tests.factories import NOW, make_entry
from tests.workflows.conftest import issue_text, write


def test_news_of_what_was_covered_is_listed_written_and_put_aside(
    run: Run, directory: Path, tmp_path: Path
) -> None:
    assert run("radar", "--json").json == []
    run("import", str(write(tmp_path, "field-notes-3.md", issue_text(3))))
    assert "nothing happened" in run("radar").err
    with Library.open(directory) as library:
        for number, version, later in ((1, 2, 9), (2, 3, 9)):
            entry = make_entry(number, version=version, announce="replace")
            library.items.absorb([entry], feed_id=1, at=NOW + timedelta(days=later))
    told = run("radar", "--json").json
    assert {(one["kind"], one["haul"], one["what"]) for one in told} == {
        ("replaced", "field-notes-3", "now v2"),
        ("replaced", "field-notes-3", "now v3"),
    }
    assert "now v3" in run("radar", "2605.00002").out
    assert "hauler radar KEY" in run("radar", "--dismiss", code=2).err
    run("hauls", "new")
    assert "no lane" in run("radar", "2605.00001", "--lane", "Gossip", code=1).err
    (slug,) = (one["slug"] for one in run("hauls", "--json").json if one["state"] == "open")
    run("lane", slug, "Gossip", "--text", "First.")
    assert "1 line" in run("radar", "2605.00001", "--lane", "gossip").out
    assert run("lane", slug, "Gossip").out.startswith("First.\n\n*Replaced*: [Paper 1]")
    assert "1 news put aside" in run("radar", "--dismiss", "2605.00002").out
    assert run("radar", "--json").json == []
    assert "no news" in run("radar", "2605.00002", code=1).err
    run("undo")
    assert len(run("radar", "--json").json) == 1
