"""``hauler compile``, ``covered`` and ``index``: between library and files."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from hauler_tui.cli.arguments import the_open_issue
from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import (
    count,
    day,
    iso,
    say,
    say_bytes,
    say_document,
    say_json,
    say_table,
    tell,
)
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.errors import UsageError

if TYPE_CHECKING:
    from hauler_tui.workflows.writing import Writing


@click.command("compile", cls=Command)
@click.argument("slug", required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it there."
)
@click.option("--ours", "prefer", flag_value="ours", help="Where both changed: the library's.")
@click.option("--theirs", "prefer", flag_value="theirs", help="Where both changed: the file's.")
@pass_session
def compile_(
    session: Session,
    slug: str | None,
    output: Path | None,
    prefer: Literal["ours", "theirs"] | None,
) -> int:
    """Print an issue or post as Markdown, or write it into a file.

    Without SLUG, the open issue. A FILE that was edited by hand is merged: its edits come back
    into the library. What both changed differently is named, and nothing is written.
    """
    from hauler_tui.workflows.drafts import not_read_back
    from hauler_tui.workflows.publish import compile_text
    from hauler_tui.workflows.writing import write_issue

    output = None if output == Path("-") else output
    if prefer and output is None:
        raise UsageError(f"--{prefer} is about a file, and none was named", "name it: -o FILE")
    is_device = output is not None and output.exists() and not output.is_file()
    with session.open(writing=output is not None and not is_device) as library:
        name = slug or the_open_issue(library)
        writing = None
        if output is not None:
            writing = write_issue(library, name, session.now(), path=output, prefer=prefer)
        text = compile_text(library, name)
        for sentence in not_read_back(library, library.hauls.get(name)):
            tell(f"warning: {sentence}")
    if writing is not None and writing.conflicts:
        return _conflicting(session, name, writing)
    for sentence in writing.told if writing else ():
        tell(sentence)
    if session.as_json:
        file = str(writing.path) if writing else None
        if writing and writing.path.is_file():
            text = writing.path.read_bytes().decode()
        say_json({"slug": name, "file": file, "text": text, "conflicts": []})
    elif writing is None:
        say_document(text)
    else:
        # What goes to /dev/stdout is the issue and nothing else.
        (tell if is_device else say)(f"wrote {writing.path}")
    return 0


def _conflicting(session: Session, name: str, writing: Writing) -> int:
    """Name the blocks that both changed. Gives the exit code."""
    if session.as_json:
        blocks = [
            {
                "block": conflict.label,
                "line": conflict.line or None,
                "base": conflict.base,
                "ours": conflict.ours,
                "theirs": conflict.theirs,
            }
            for conflict in writing.conflicts
        ]
        say_json({"slug": name, "file": None, "text": None, "conflicts": blocks})
    for conflict in writing.conflicts:
        place = f"{writing.path}:{conflict.line}" if conflict.line else str(writing.path)
        tell(f"{place}: conflict: {conflict.label}")
    tell(f"error: {count(len(writing.conflicts), 'block')} changed here and in {writing.path}")
    tell(
        "hint: nothing was written; --ours or --theirs decides, and w in the reader block by block"
    )
    return 1


@click.command(cls=Command)
@click.argument("links", metavar="LINK...", nargs=-1, required=True)
@pass_session
def covered(session: Session, links: tuple[str, ...]) -> None:
    """Say which issues covered a link."""
    from hauler_tui.domain.identity import resolve

    shapes: list[dict[str, Any]] = []
    with session.open() as library:
        for link in links:
            item_id = library.items.lookup((*resolve(link), link.strip()))
            slugs = library.hauls.covered(item_id) if item_id is not None else ()
            if item_id is not None and slugs:
                key = library.items.get(item_id).key
                shapes.append({"link": link, "key": key, "hauls": list(slugs)})
    if session.as_json:
        say_json(shapes)
        return
    say_table([(shape["link"], ", ".join(shape["hauls"])) for shape in shapes])
    if not shapes:
        tell("covered by no issue")


@click.command(cls=Command)
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values.")
@pass_session
def index(session: Session, as_csv: bool) -> None:
    """List every covered link."""
    rows: list[dict[str, Any]] = []
    with session.open() as library:
        for issue in library.hauls.all():
            if issue.state != "published":
                continue
            for one in library.hauls.get(issue.slug).cards:
                rows.append(
                    {
                        "slug": issue.slug,
                        "title": one.title or "",
                        "link": one.link or "",
                        "key": library.items.get(one.item_id).key,
                        "published_at": issue.published_at,
                    }
                )
    if session.as_json:
        say_json([row | {"published_at": iso(row["published_at"])} for row in rows])
    elif as_csv:
        say_bytes(_csv(rows))
    else:
        say_table(
            [(row["slug"], day(row["published_at"]), row["link"], row["title"]) for row in rows]
        )
        if not rows:
            tell("no issue covers anything yet")


def _csv(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    names = ("slug", "title", "link", "key", "published_at")
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        cells = row | {"published_at": iso(row["published_at"]) or ""}
        writer.writerow({name: _cell(str(cells[name])) for name in names})
    return text.getvalue().encode("utf-8", "replace")


def _cell(text: str) -> str:
    # A spreadsheet runs a cell that starts like a formula, and titles come from strangers.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
