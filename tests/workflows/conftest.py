"""A library with a few papers, and published issues to read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """A library with three papers, none of them starred."""
    with Library.open(tmp_path / "library") as opened:
        entries = [make_entry(number) for number in (1, 2, 3)]
        opened.items.absorb(entries, feed_id=None, at=NOW)
        yield opened


def star(library: Library, number: int, note: str = "") -> int:
    """Star a paper and write its note; the item's id."""
    item_id = library.items.find(f"arxiv:2605.{number:05}")
    library.triage.star(item_id, NOW)
    library.notes.write(item_id, note, NOW)
    return item_id


def issue_text(number: int, *, title: str = "Field Notes", lanes: str = "", cards: int = 2) -> str:
    """A published issue of papers 1 and on, each with a note that names the issue."""
    blocks = "\n\n<hr/>\n\n".join(
        f'<blockquote>\n    <a href="https://arxiv.org/abs/2605.{n:05}">\n    <h4>Paper {n}</h4>\n'
        f"    </a>\n</blockquote>\n\nNote {n} of issue {number}."
        for n in range(1, cards + 1)
    )
    return (
        f"---\ntitle: {title} ~{number}\npublished_at: 2026-0{number}-01T08:00:00.000Z\n"
        f"snippet: {cards} papers on beetles\ntags: bio,beetles\n---\n\n{lanes}## Papers\n\n"
        f"{blocks}\n\n<br/>\n<br/>\n<br/>\n"
    )


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path
