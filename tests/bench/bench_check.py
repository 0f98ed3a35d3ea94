"""How long a check takes, beside markdown-it-py parsing the same 60 KB in the same run.

Run it from the root of a checkout: ``python -m tests.bench.bench_check [ROUNDS]``. The figures are
medians in milliseconds: a file's text, the whole command beside a file of one line, and
an open issue of 60 cards after one keystroke in a note. The ways take turns, so that a busy
machine slows all of them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from markdown_it import MarkdownIt

from hauler_tui.haul.check import check_text
from hauler_tui.library.library import Library
from hauler_tui.workflows.draft_check import OpenDraft, draft_findings, open_draft
from tests.factories import NOW, make_entry

CARDS = 60
NOTE = (
    "The team trains a model on [a dataset](https://example.org/data) and reports **numbers** that"
    " are better than before.<br/>\nIt is not clear to me whether it is the data or the model.\n\n"
    "An earlier issue had a paper on this, and the code is at https://example.org/code now. "
) * 2


def post(cards: int) -> str:
    """An issue with as many cards, each with a note of two paragraphs."""
    parts = [
        f'<blockquote>\n    <a href="https://arxiv.org/abs/2601.{number:05}">\n'
        f"    <h4>Paper {number:03} on one of the many things there are</h4>\n    <p>\n"
        f"{'Words of an abstract ' * 5}…\n    </p>\n    </a>\n</blockquote>\n\n{NOTE}"
        for number in range(1, cards + 1)
    ]
    front = f"---\ntitle: Log ~1\npublished_at: 2026-01-01T08:00:00.000Z\nsnippet: {cards} papers\n"
    return f"{front}---\n\n## Papers\n\n" + "\n\n<hr/>\n\n".join(parts) + "\n"


def measured(act: Callable[[], object]) -> float:
    """Milliseconds of one run."""
    begin = perf_counter()
    act()
    return (perf_counter() - begin) * 1000


def fresh(number: int) -> str:
    """The post with every note changed, so that nothing of it was seen before."""
    return TEXT.replace("The team", f"Team {number}")


TEXT = post(CARDS + 20)


def typed(library: Library, slug: str, item_id: int) -> OpenDraft:
    """The open issue after a keystroke in one note."""
    note = library.notes.get(item_id)
    library.notes.write(item_id, (note.text if note else NOTE) + "x", NOW)
    return open_draft(library, library.hauls.get(slug))


def main() -> None:
    """Measure, and print a line for each figure."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    parser = MarkdownIt("commonmark")
    checks: list[float] = []
    parses: list[float] = []
    starts: list[float] = []
    commands: list[float] = []
    gathers: list[float] = []
    drafts: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log-1.md"
        path.write_text(TEXT, encoding="utf-8")
        tiny = Path(folder) / "tiny.md"
        tiny.write_text("A line.\n", encoding="utf-8")
        hauler = [sys.executable, "-m", "hauler_tui", "--library", str(Path(folder) / "none")]
        with Library.open(Path(folder) / "library") as library:
            entries = [make_entry(number) for number in range(1, CARDS + 1)]
            ids = library.items.absorb(entries, feed_id=None, at=NOW).new
            for item_id in ids:
                library.triage.star(item_id, NOW)
                library.notes.write(item_id, f"{item_id}: {NOTE}", NOW)
            (issue,) = library.hauls.all()
            draft_findings(open_draft(library, issue))
            for number in range(rounds):
                text = fresh(number)
                parses.append(measured(partial(parser.parse, text)))
                checks.append(measured(partial(check_text, text)))
                starts.append(measured(partial(_run, [*hauler, "check", str(tiny)])))
                commands.append(measured(partial(_run, [*hauler, "check", str(path)])))
                begin = perf_counter()
                draft = typed(library, issue.slug, ids[number % CARDS])
                gathered = perf_counter()
                draft_findings(draft)
                gathers.append((gathered - begin) * 1000)
                drafts.append((perf_counter() - gathered) * 1000)
    size = len(TEXT) / 1000
    print(f"{size:.0f} KB, {CARDS + 20} cards, {rounds} rounds, medians in milliseconds")
    print(f"check of a text never seen: {median(checks):.1f}")
    print(f"markdown-it-py, the same text: {median(parses):.1f}")
    print(f"ratio: {median(checks) / median(parses):.2f}")
    print(f"hauler check FILE: {median(commands):.0f}, of a file of one line {median(starts):.0f}")
    print(
        f"an open issue of {CARDS} cards after a keystroke:"
        f" gathered {median(gathers):.1f}, checked {median(drafts):.1f}"
    )


def _run(command: list[str]) -> None:
    subprocess.run(command, capture_output=True, check=True)


if __name__ == "__main__":
    main()
