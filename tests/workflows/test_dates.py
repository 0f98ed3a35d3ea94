"""When an issue appeared, under whatever key a site writes it, or in the name of its file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from hauler_tui.workflows import publish
from hauler_tui.workflows.check import check_files
from tests.factories import NOW
from tests.workflows.conftest import issue_text, star, write

KEYS = (
    "publishDate", "publishedAt", "pubDatetime", "publish_date", "published_date", "pubDate",
    "date_published", "created_at", "PublishDate", "publication-date", "date",
)  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_a_date_is_known_under_any_key_and_written_under_it_again(
    library: Library, tmp_path: Path, key: str
) -> None:
    files = [
        write(
            tmp_path,
            f"field-notes-{n}.md",
            issue_text(n).replace("published_at:", "published: true\n" + key + ":"),
        )
        for n in (3, 4)
    ]
    for checked in check_files(None, files):
        assert not {"missing-key", "date"} & {one.code for one in checked.findings}
    publish.import_files(library, files, NOW)
    assert library.hauls.get("field-notes-3").published_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    star(library, 3)
    text = publish.publish_issue(library, "field-notes-5", NOW).text or ""
    assert f"\n{key}: {NOW:%Y-%m-%d}" in text
    assert "\npublished: true\n" in text


@pytest.mark.parametrize(
    "name", ["_posts/2022-01-0{}-haul-{}.md", "posts/2022-01-0{}-haul-{}/index.md"]
)
def test_a_post_without_a_date_appeared_on_the_day_its_file_is_named_after(
    library: Library, tmp_path: Path, name: str
) -> None:
    files = []
    for number in (2, 3):
        path = tmp_path / name.format(number, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = issue_text(number).replace("published_at:", "title_was:")
        files.append(write(path.parent, path.name, text))
    publish.import_files(library, files, NOW)
    days = [issue.published_at for issue in library.hauls.all()]
    assert days == [datetime(2022, 1, day, tzinfo=UTC) for day in (2, 3)]
    assert publish.compile_text(library, "2022-01-03-haul-3") == files[1].read_text("utf-8")
    for checked in check_files(library, files):
        assert "missing-key" not in {one.code for one in checked.findings}


def test_a_name_that_only_looks_like_a_day_is_none(library: Library, tmp_path: Path) -> None:
    text = issue_text(3).replace("published_at:", "title_was:")
    publish.import_files(library, [write(tmp_path, "2022-13-40-haul-3.md", text)], NOW)
    assert library.hauls.get("2022-13-40-haul-3").published_at is None


def test_a_date_in_the_form_of_another_program_is_known_and_kept(
    library: Library, tmp_path: Path
) -> None:
    text = issue_text(3).replace("published_at: ", "pubDate: Jul 08 2022\nwas: ")
    publish.import_files(library, [write(tmp_path, "field-notes-3.md", text)], NOW)
    assert library.hauls.get("field-notes-3").published_at == datetime(2022, 7, 8, tzinfo=UTC)
    assert publish.compile_text(library, "field-notes-3") == text
