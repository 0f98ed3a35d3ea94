"""The living draft of 40 cards and about 60 KB: compiling it, and what a keystroke in a note costs.

Run it from the root of a checkout: ``python -m tests.bench.bench_draft [DIRECTORY]``. Without the
directory of a library one of 20,000 items is built. Each keystroke changes one note; markdown-it-py
parsing the same issue in the same run is the reference.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from markdown_it import MarkdownIt

from hauler_tui.config import Config, RefreshConfig
from hauler_tui.domain.haul import Haul
from hauler_tui.library.library import Library
from hauler_tui.ui.app import HaulerApp
from hauler_tui.workflows.compiling import issue_text
from hauler_tui.workflows.draft_check import Gathering, draft_findings
from hauler_tui.workflows.living import LivingDraft
from tests.bench.measuring import library_folder, shown, timed
from tests.factories import NOW

CARDS = 40
ROUNDS = 40
KEYS = 60
NOTE = (
    "The team trains a model on [a dataset](https://example.org/data) and reports **numbers** that"
    " are better than before.<br/>\nIt is not clear to me whether it is the data or the model.\n\n"
    "An earlier issue had a paper on this, and the code is at https://example.org/code now. "
) * 4


def drafted(library: Library) -> Haul:
    """The open issue with just so many cards, each with a note."""
    issue = library.hauls.open_issue() or library.hauls.new_issue(None, NOW)
    for card in issue.cards[CARDS:]:
        library.hauls.remove_card(issue.slug, card.item_id, NOW)
    for item_id in library.items.view()[: max(0, CARDS - len(issue.cards))]:
        library.hauls.add_card(issue.slug, item_id, None, NOW)
    issue = library.hauls.get(issue.slug)
    for card in issue.cards:
        library.notes.write(card.item_id, f"{card.item_id} {NOTE}", NOW)
    return issue


def compiled(library: Library, issue: Haul) -> None:
    """Compile the issue with every note changed, and parse it by markdown-it-py alone."""
    ours, reference = [], []
    for number in range(ROUNDS):
        for card in issue.cards:
            library.notes.write(card.item_id, f"{number} {card.item_id} {NOTE}", NOW)
        begin = time.perf_counter()
        text = issue_text(library, issue)
        ours.append((time.perf_counter() - begin) * 1e3)
        reference.append(timed(MarkdownIt("commonmark").parse, text))
    print(f"{CARDS} cards, {len(text) / 1000:.0f} KB, {library.items.count():,} items")
    shown("compile the issue, every note another", ours, goal=50)
    shown("the same", ours, reference, "markdown-it-py")


def updated(library: Library, issue: Haul) -> None:
    """After a keystroke: the cards, the compiled issue and its findings."""
    living = LivingDraft(library)
    gathering = Gathering(living)
    draft_findings(gathering.draft(issue))
    item_id = issue.cards[CARDS // 2].item_id

    def key(number: int) -> None:
        living.type_note(item_id, f"{item_id} {NOTE}{'x' * number}")
        living.cards(issue)
        draft_findings(gathering.draft(issue))

    shown("update after a keystroke", [timed(key, number) for number in range(ROUNDS)], goal=5)


async def typed(library: Library, directory: Path) -> None:
    """What the reader's thread works for a key in a note, the repaint with it."""
    config = Config(path=directory / "none.toml", refresh=RefreshConfig(every=0))
    app = HaulerApp(library, config, clock=lambda: NOW)
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.pause(1.5)
        await pilot.press("3", "G", "e")
        await pilot.pause(0.3)
        works = []
        for number in range(KEYS):
            begin = time.thread_time()
            await pilot.press("x" if number % 7 else "space")
            await pilot.pause()
            works.append((time.thread_time() - begin) * 1e3)
        shown("the reader's work for a key in a note", works)
        await pilot.press("escape")
        await pilot.press("1", "e")
        works = []
        for number in range(KEYS):
            begin = time.thread_time()
            await pilot.press("x" if number % 7 else "space")
            await pilot.pause()
            works.append((time.thread_time() - begin) * 1e3)
        shown("the same in a note that no card shows", works)
        await pilot.press("escape")


def main() -> None:
    """Measure, and print a line for each figure."""
    with library_folder(sys.argv[1:]) as folder, Library.open(folder) as library:
        library.wait_for_index()
        issue = drafted(library)
        compiled(library, issue)
        updated(library, issue)
        asyncio.run(typed(library, folder))


if __name__ == "__main__":
    main()
