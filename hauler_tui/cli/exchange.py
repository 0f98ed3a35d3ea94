"""``hauler compile``, ``covered`` and ``index``: between library and files."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import click

from hauler_tui.cli.arguments import the_open_issue
from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import (
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


@click.command("compile", cls=Command)
@click.argument("slug", required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it there."
)
@pass_session
def compile_(session: Session, slug: str | None, output: Path | None) -> None:
    """Print an issue or post as Markdown.

    Without SLUG, the open issue.
    """
    from hauler_tui.workflows.drafts import not_read_back
    from hauler_tui.workflows.publish import compile_text, write_file

    with session.open() as library:
        name = slug or the_open_issue(library)
        text = compile_text(library, name)
        for sentence in not_read_back(library, library.hauls.get(name)):
            tell(f"warning: {sentence}")
        output = None if output == Path("-") else output
        if output is None and not session.as_json:
            say_document(text)
            return
        written = str(write_file(library, output, text)) if output is not None else None
    if session.as_json:
        say_json({"slug": name, "file": written, "text": text})
    elif output is not None:
        # What goes to /dev/stdout is the issue and nothing else.
        (say if output.is_file() else tell)(f"wrote {written}")


@click.command(cls=Command)
@click.argument("links", metavar="LINK...", nargs=-1, required=True)
@pass_session
def covered(session: Session, links: tuple[str, ...]) -> None:
    """Say which issues covered a link."""
    from hauler_tui.domain.identity import resolve

    shapes: list[dict[str, Any]] = []
    with session.open() as library:
        for link in links:
            item_id = library.items.lookup(resolve(link))
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
