"""What earlier issues said, in the row and in the reading pane."""

from __future__ import annotations

from pathlib import Path

from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import import_files
from tests.factories import NOW
from tests.ui.conftest import OpenReader
from tests.ui.test_lanes import found
from tests.workflows.conftest import issue_text, write


def published(library: Library, folder: Path, *numbers: int, title: str = "Field Notes") -> None:
    name = title.lower().replace(" ", "-")
    files = [write(folder, f"{name}-{n}.md", issue_text(n, title=title)) for n in numbers]
    import_files(library, files, NOW)


async def test_rows_and_the_pane_name_the_issues_shortly_the_newest_first(
    open_reader: OpenReader, library: Library, tmp_path: Path
) -> None:
    published(library, tmp_path, 2, 5, 3)
    published(library, tmp_path, 4, title="Moths")
    async with open_reader(size=(200, 60)) as reader:
        await reader.press("slash")
        await reader.type("is:covered")
        await reader.press("enter")
        assert "↺~5" in reader.shown()
        assert "covered in ~5, moths-4, ~3, ~2" in reader.shown()
        assert "of issue 4" not in reader.shown()
        await reader.press("h")
        shown = reader.shown()
        assert "Field Notes ~5  1 May 2026 · field-notes-5" in shown
        texts = ["of issue 5", "Moths ~4", "of issue 4", "of issue 3", "of issue 2"]
        assert [shown.index(text) for text in texts] == sorted(shown.index(t) for t in texts)
        await reader.press("h")
        assert "Moths ~4" not in reader.shown()


async def test_an_item_without_earlier_issues_says_so(open_reader: OpenReader) -> None:
    async with open_reader() as reader:
        await reader.press("h")
        assert "No earlier issue has it." in reader.message


async def test_another_current_series_renames_the_rows(
    open_reader: OpenReader, library: Library, tmp_path: Path
) -> None:
    published(library, tmp_path, 2)
    async with open_reader(size=(200, 60)) as reader:
        await reader.press("slash")
        await reader.type("is:covered")
        await reader.press("enter")
        assert "↺~2" in reader.shown()
        series = library.hauls.add_series(title="Moths ~{n}", slug="moths-{n}", at=NOW)
        library.hauls.use(series.id, NOW)
        await reader.rest()
        assert "↺field-notes" in reader.shown()


async def test_among_two_hundred_issues_the_number_or_slug_that_was_typed_comes_first(
    open_reader: OpenReader, library: Library, tmp_path: Path
) -> None:
    text = "---\ntitle: Letters ~{n}\n---\n\nWords.\n"
    files = [write(tmp_path, f"letters-{n}.md", text.format(n=n)) for n in range(1, 201)]
    library.hauls.add_series(title="Letters ~{n}", slug="letters-{n}", at=NOW)
    import_files(library, files, NOW)
    async with open_reader() as reader:
        await reader.press("e", "ctrl+l")
        await reader.until(lambda: "Letters ~200" in reader.shown())
        await reader.type("19")
        assert found(reader)[:2] == ["Letters ~19", "Letters ~199"]
        await reader.press(*["backspace"] * 2)
        await reader.type("/letters-2")
        assert found(reader)[:2] == ["Letters ~2", "Letters ~200"]
