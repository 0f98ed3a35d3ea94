"""Issues for other sites' programs: their file names, front matter, templates, and back again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hauler_tui.errors import HaulError
from hauler_tui.haul.intake import from_document
from hauler_tui.haul.parse import parse
from hauler_tui.haul.profiles import PROFILES
from hauler_tui.library.library import Library
from hauler_tui.workflows import check, drafts, publish
from hauler_tui.workflows.writing import write_issue
from tests.factories import NOW
from tests.workflows.conftest import star

HUGO = """---
title: River Log 8
date: 2025-04-01
draft: false
author: Me
summary: 1 new paper, and an essay
tags:
  - rivers
---

## Papers

<blockquote>
    <a href="https://arxiv.org/abs/2501.00001">
    <h4>Silt</h4>
    </a>
</blockquote>

Words.
"""


@pytest.mark.parametrize(
    ("profile", "before", "after"),
    [
        ("fresh", "haul-1.md", "haul-1.md"),
        ("hugo", "haul-1/index.md", "haul-1/index.md"),
        ("jekyll", "haul-1.md", "2026-11-20-haul-1.md"),
        ("plain", "haul-1.md", "haul-1.md"),
    ],
)
def test_files_are_called_as_the_program_wants_them(
    library: Library, tmp_path: Path, profile: str, before: str, after: str
) -> None:
    star(library, 1, "A note.")
    (series,) = library.hauls.series()
    settings = {**PROFILES[profile], "folder": str(tmp_path)}
    library.hauls.edit_series(series.id, NOW, **settings)
    assert write_issue(library, "haul-1", NOW).path == tmp_path / before
    publish.publish_issue(library, "haul-1", NOW.replace(year=2026, month=11, day=20))
    path = write_issue(library, "haul-1", NOW).path
    assert path == tmp_path / after
    intake = from_document(parse(path.read_text("utf-8")))
    assert (intake.title, len(intake.cards), intake.cards[0].text) == ("Haul ~1", 1, "A note.")
    (checked,) = check.check_files(None, [path])
    assert [finding for finding in checked.findings if finding.severity == "error"] == []


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_written_comes_back_as_the_same_issue(
    library: Library, tmp_path: Path, profile: str
) -> None:
    star(library, 1, "A note.")
    (series,) = library.hauls.series()
    settings = {**PROFILES[profile], "folder": str(tmp_path), "tags": "bio,ml"}
    library.hauls.edit_series(series.id, NOW, **settings)
    lane = library.hauls.get("haul-1").lanes[0].name
    library.hauls.write_lane("haul-1", lane, "A thought.", NOW)
    publish.publish_issue(library, "haul-1", NOW)
    path = write_issue(library, "haul-1", NOW).path
    with Library.open(tmp_path / "other") as other:
        (report,) = publish.import_files(other, [path], NOW)
        again = other.hauls.get(report.slug)
        (next_series,) = other.hauls.series()
    slug = path.stem if profile == "plain" else "haul-1"
    assert (report.slug, report.title, report.number) == (slug, "Haul ~1", 1)
    assert [lane.text for lane in again.lanes if lane.text] == ["A thought."]
    wanted = replace(library.hauls.series()[0], id=next_series.id)
    assert (next_series.front, next_series.heading, next_series.file) == (
        wanted.front,
        wanted.heading,
        wanted.file,
    )  # fmt: skip


def test_the_series_of_an_imported_issue_writes_the_same_keys(
    library: Library, tmp_path: Path
) -> None:
    bundle = tmp_path / "river-log-8"
    bundle.mkdir()
    (bundle / "index.md").write_text(HUGO)
    (report,) = publish.import_files(library, [bundle / "index.md"], NOW)
    assert report.slug == "river-log-8"
    (series,) = library.hauls.series()
    assert series.front == (
        "title", "date", "draft", "author=Me", "summary={snippet}", "tags={tag_list}"
    )  # fmt: skip
    assert (series.slug, series.file) == ("river-log-{n}", "{slug}/index.md")
    issue = library.hauls.new_issue(series.id, NOW)
    assert publish.compile_text(library, issue.slug).startswith(
        "---\ntitle: River Log 9\ndraft: true\nauthor: Me\n"
    )


def test_the_slug_of_the_front_matter_counts_before_the_files_name(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "2025-04-01-river-log-8.md"
    path.write_text(HUGO.replace("draft: false", "slug: /posts/river-8/"))
    assert publish.import_files(library, [path], NOW)[0].slug == "river-8"
    path.write_text(HUGO)
    assert publish.import_files(library, [path], NOW)[0].slug == "2025-04-01-river-log-8"


def test_a_template_writes_the_issue_and_what_it_breaks_is_told(
    library: Library, tmp_path: Path
) -> None:
    star(library, 1, "A note.")
    (series,) = library.hauls.series()
    template = tmp_path / "issue.md"
    library.hauls.edit_series(series.id, NOW, template=str(template))
    with pytest.raises(HaulError, match="cannot be read: No such file"):
        publish.compile_text(library, "haul-1")
    template.write_text("{{ front }}\n{{ lanes[-1].cards[0].html }}\n\nMine: {{ count }}\n")
    assert publish.compile_text(library, "haul-1").endswith("</blockquote>\n\nMine: 1\n")
    template.write_text("{{ front }}\n{{ lanes[-1].cards[0].title }}\n")
    with pytest.raises(HaulError, match="is no issue: the card of “Paper 1”"):
        publish.compile_text(library, "haul-1")


def test_cards_may_stand_as_they_were_added(library: Library) -> None:
    ids = [star(library, number) for number in (3, 1, 2)]
    (series,) = library.hauls.series()
    library.hauls.edit_series(series.id, NOW, order="added")
    issue = library.hauls.get("haul-1")
    assert [card.item_id for card in drafts.ordered_cards(library, issue)] == ids
    text = publish.compile_text(library, "haul-1")
    assert text.index("Paper 3") < text.index("Paper 1") < text.index("Paper 2")
    library.hauls.move_card("haul-1", ids[2], -1, NOW)
    issue = library.hauls.get("haul-1")
    order = [card.item_id for card in drafts.ordered_cards(library, issue)]
    assert order == [ids[0], ids[2], ids[1]]


def test_a_series_may_begin_with_any_number(library: Library) -> None:
    series = drafts.start_series(library, "Log ~{n}", NOW, first=30)
    assert library.hauls.new_issue(series.id, NOW).title == "Log ~30"


TOML = """\
+++
# mine
title = "Log ~3"
date = 2024-02-01T08:00:00Z
description = "1 new paper"
tags = ["bio"]

[params]
math = true
+++

<blockquote>
    <a href="https://example.org/1">
    <h4>Paper 1</h4>
    </a>
</blockquote>

Note 1.
"""


def test_a_post_with_toml_is_read_back_and_the_next_issue_has_toml_too(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "log-3.md"
    path.write_text(TOML)
    (report,) = publish.import_files(library, [path], NOW)
    assert (report.title, report.number, report.warnings) == ("Log ~3", 3, ())
    assert publish.compile_text(library, "log-3") == TOML
    (series,) = library.hauls.series()
    issue = library.hauls.new_issue(series.id, NOW)
    text = publish.compile_text(library, issue.slug)
    front = '+++\ntitle = "Log ~4"\ndescription = "0 new papers"\ntags = ["bio"]\n+++\n'
    assert text.startswith(front)


def test_keys_of_toml_edited_by_hand_come_back(library: Library, tmp_path: Path) -> None:
    path = tmp_path / "log-3.md"
    path.write_text(TOML)
    publish.import_files(library, [path], NOW)
    (series,) = library.hauls.series()
    slug = library.hauls.new_issue(series.id, NOW).slug
    path = write_issue(library, slug, NOW).path
    edited = path.read_text().replace("Log ~4", "Log ~4, on moss").replace("tags", "a = 1\ntags")
    path.write_text(edited)
    star(library, 1, "A note.")
    told = write_issue(library, slug, NOW).told
    assert told == ("took back what was edited by hand: the title",)
    assert library.hauls.get(slug).title == "Log ~4, on moss"
    text = path.read_text()
    assert 'title = "Log ~4, on moss"\n' in text
    assert "\na = 1\ntags" in text
    assert 'description = "1 new paper"\n' in text


def test_a_file_whose_toml_is_broken_is_left_alone_with_its_line(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "log-3.md"
    path.write_text(TOML)
    publish.import_files(library, [path], NOW)
    path.write_text(TOML.replace('"Log ~3"', "Log"))
    with pytest.raises(HaulError, match=r"log-3\.md:3: the front matter cannot be read: it is not"):
        write_issue(library, "log-3", NOW, path=path)
