"""How long a whole back catalogue takes: 500 posts of 12 KB, beside parsing the same texts.

Run it from the root of a checkout: ``python -m tests.bench.bench_catalogue [POSTS]``. The figures
are seconds of processor time: markdown-it-py parsing every post, the import in one step, the same
into a library that holds 20,000 items, the import again of what is known, and the whole command.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import process_time

from markdown_it import MarkdownIt

from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import import_files
from tests.bench.measuring import told
from tests.bench.papers import Papers
from tests.factories import NOW

SIZE = 12_000
OTHERS = 20_000
GOAL = 5.0
SERIES = (
    ("Systems Haul ~{}", "sys-haul-{}"),
    ("Protein Digest, issue {}", "protein-{}"),
    ("Reading List No. {}", "reading/{}"),
)
REMARK = (
    "The team trains a model on [a dataset](https://example.org/data) and reports **numbers** that"
    " are better than before.<br/>\nIt is not clear to me whether it is the data or the model.\n\n"
)


def catalogue(folder: Path, posts: int) -> list[Path]:
    """A posts folder: several series, and every tenth post an essay."""
    chance = random.Random(7)
    paths = []
    for number in range(posts):
        date = datetime(2018, 1, 5, tzinfo=UTC) + timedelta(days=5 * number)
        title, slug = SERIES[number % len(SERIES)]
        issue = number // len(SERIES) + 1
        if number % 10 == 9:
            name, text = f"essay-{number}", essay(number, date)
        else:
            name = slug.format(issue).replace("/", "-")
            text = haul(title.format(issue), date, number, chance)
        path = folder / f"{name}.md"
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def haul(title: str, date: datetime, number: int, chance: random.Random) -> str:
    """An issue of some 12 KB; one card in twenty was in an issue before."""
    cards: list[str] = []
    size = 0
    while size < SIZE:
        paper = number * 40 + len(cards)
        if chance.random() < 0.05 and number:
            paper = chance.randrange(number * 40)
        cards.append(
            f'<blockquote>\n    <a href="https://arxiv.org/abs/{1800 + paper // 9000}'
            f'.{paper % 9000:05}">\n'
            f"    <h4>Paper {paper} on one of the many things there are</h4>\n    <p>\n"
            f"{'Words of an abstract ' * 5}…\n    </p>\n    </a>\n</blockquote>\n\n"
            f"{REMARK * chance.randrange(1, 3)}"
        )
        size += len(cards[-1])
    front = (
        f"---\ntitle: {title}\npublished_at: {date:%Y-%m-%dT%H:%M}:00.000Z\n"
        f"snippet: {len(cards)} new papers\ntags: arxiv\n---\n\n"
        f"## Comments\n\n{REMARK}## Papers\n\n"
    )
    return front + "<hr/>\n\n".join(cards) + "<br/>\n<br/>\n<br/>\n"


def essay(number: int, date: datetime) -> str:
    """A post that is no issue, as long as one."""
    front = (
        f"---\ntitle: Essay on {number} things and others\npublished_at: {date:%Y-%m-%d}\n---\n\n"
    )
    return front + f"## Part\n\n{REMARK}" * (SIZE // (len(REMARK) + 10)) + "\n"


def seconds(act: Callable[[], object]) -> float:
    """Seconds of processor time of one run, with what its threads did."""
    begin = process_time()
    act()
    return process_time() - begin


def main() -> None:
    """Measure, and print a line for each figure."""
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    parser = MarkdownIt("commonmark")
    with tempfile.TemporaryDirectory(prefix="hauler-bench-") as name:
        folder = Path(name)
        (folder / "posts").mkdir()
        paths = catalogue(folder / "posts", posts)
        texts = [path.read_text(encoding="utf-8") for path in paths]
        size = sum(map(len, texts)) / len(texts) / 1000
        print(f"{posts} posts of {size:.1f} KB on average")
        reference = seconds(lambda: [parser.parse(text) for text in texts])
        told("markdown-it-py parses them all", reference, "s")
        with Library.open(folder / "empty") as library:
            imported = seconds(lambda: _import(library, paths))
            told("imported into an empty library, on the disk", imported, "s", goal=GOAL)
            told("ratio", imported / reference)
            told("imported again, nothing changed", seconds(lambda: _import(library, paths)), "s")
            library.wait_for_index()
        with Library.open(folder / "full") as library:
            papers = Papers(OTHERS, 1)
            entries = [papers.entry(number, NOW) for number in range(OTHERS)]
            library.items.absorb(entries, feed_id=1, at=NOW)
            library.wait_for_index()
            among = seconds(lambda: _import(library, paths))
            told("imported beside 20,000 items", among, "s", goal=GOAL)
        hauler = [sys.executable, "-m", "hauler_tui", "--library", str(folder / "command")]
        command = [*hauler, "import", *map(str, paths)]
        told("hauler import posts/*.md", _run(command), "s", goal=GOAL)


def _import(library: Library, paths: list[Path]) -> None:
    reports = import_files(library, paths, NOW)
    assert not [one.refusal for one in reports if one.refusal]
    library.flush()


def _run(command: list[str]) -> float:
    before = getrusage(RUSAGE_CHILDREN)
    subprocess.run(command, capture_output=True, check=True)
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
