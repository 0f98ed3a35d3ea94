"""``hauler hauls``: issues."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hauler_tui.cli.arguments import found_series, the_open_issue
from hauler_tui.cli.commands import Command, Group
from hauler_tui.cli.output import count, day, say, say_json, say_table, tell
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.cli.shapes import haul_shape
from hauler_tui.errors import HaulError
from hauler_tui.files import read_if_there

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hauler_tui.domain.haul import Haul


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def hauls(context: click.Context) -> None:
    """Issues: list, new, open, publish, remove."""
    if context.invoked_subcommand is None:
        context.invoke(list_hauls)


@hauls.command("list", cls=Command)
@pass_session
def list_hauls(session: Session) -> None:
    """List every issue."""
    with session.open() as library:
        _print(session, library.hauls.all())


@hauls.command("new", cls=Command)
@click.option("--series", "series_id", metavar="ID", help="Of this series; else the current one.")
@pass_session
def new_haul(session: Session, series_id: str | None) -> None:
    """Begin the next issue of a series, and offer the starred items that no issue has."""
    with session.open(writing=True) as library:
        series = found_series(library, series_id).id if series_id else None
        issue = library.hauls.new_issue(series, session.now())
        waiting = library.hauls.waiting()
    _print(session, [issue])
    if waiting:
        tell(f"{count(len(waiting), 'starred item')} in no issue: “hauler card add” takes them")


@hauls.command("open", cls=Command)
@click.argument("slug", required=False)
@pass_session
def open_haul(session: Session, slug: str | None) -> None:
    """Make an open issue the one that stars go to; without SLUG, show it."""
    with session.open(writing=slug is not None) as library:
        if slug is None:
            _print(session, [library.hauls.get(the_open_issue(library))])
            return
        issue = library.hauls.get(slug)
        if issue.state != "open" or issue.series_id is None:
            raise HaulError(
                f"{slug} is published, and a published issue does not change",
                "begin the next one with “hauler hauls new”",
            )
        library.hauls.use(issue.series_id, session.now())
    _print(session, [issue])


@hauls.command("publish", cls=Command)
@click.argument("slug", required=False)
@pass_session
def publish_haul(session: Session, slug: str | None) -> None:
    """Close an issue: its cards keep their texts for good. Without SLUG, the open one."""
    from hauler_tui.workflows.drafts import not_read_back
    from hauler_tui.workflows.publish import compile_text, publish_issue

    with session.open(writing=True) as library:
        name = slug or the_open_issue(library)
        for sentence in not_read_back(library, library.hauls.get(name)):
            tell(f"warning: {sentence}")
        publish_issue(library, name, session.now())
        issue = library.hauls.get(name)
        places = library.written.places(issue.id)
        text = compile_text(library, name).encode()
    _print(session, [issue])
    file = next((path for path in map(Path, places) if path.is_file()), None)
    if file is None or read_if_there(file) != text:
        what = "its file is as it was before: " if file else ""
        where = shlex.quote(str(file or f"{name}.md"))
        tell(f"hint: {what}“hauler compile {name} -o {where}” writes it with its date")


@hauls.command("remove", cls=Command)
@click.argument("slug")
@pass_session
def remove_haul(session: Session, slug: str) -> None:
    """Remove an issue; items, stars and notes stay, and undo brings it back."""
    with session.open(writing=True) as library:
        issue = library.hauls.get(slug)
        library.hauls.remove(slug, session.now())
    if session.as_json:
        _print(session, [issue])
    else:
        say(f"removed {slug}")


def _print(session: Session, found: Iterable[Haul]) -> None:
    issues = list(found)
    if session.as_json:
        say_json([haul_shape(issue) for issue in issues])
        return
    if not issues:
        tell("no issues yet; a star begins one, and “hauler import” reads published ones")
    say_table(
        [
            (
                issue.slug,
                issue.state,
                day(issue.published_at),
                count(len(issue.cards), "card"),
                issue.title,
            )
            for issue in issues
        ]
    )
