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
