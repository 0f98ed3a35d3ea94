"""``hauler series``: newsletters and how their issues are written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hauler_tui.cli.arguments import found_series
from hauler_tui.cli.commands import Command, Group
from hauler_tui.cli.output import say, say_json, say_table, tell
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.cli.shapes import series_shape
from hauler_tui.domain.text import clean_line
from hauler_tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hauler_tui.domain.haul import Series
    from hauler_tui.library.library import Library


def _settings(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(
        (
            click.option("--slug", metavar="PATTERN", help="File names, such as ml-arxiv-{n}."),
            click.option(
                "--lane",
                "lanes",
                multiple=True,
                metavar="NAME",
                help="A lane of new issues, in order; the last one takes the cards.",
            ),
            click.option("--tags", metavar="A,B", help="The front matter's tags."),
            click.option(
                "--snippet", metavar="PHRASE", help="With {count} for the number of cards."
            ),
            click.option(
                "--abstract-length",
                type=click.IntRange(min=0),
                metavar="N",
                help="Most characters of a card's abstract; 0 for none.",
            ),
            click.option(
                "--profile",
                type=click.Choice(("fresh", "hugo", "jekyll", "plain")),
                help="Front matter, closing lines and file names for a site's program.",
            ),
            click.option(
                "--front",
                metavar="KEYS",
                help="The front matter's keys: “title, date={published_at}, layout=post”.",
            ),
            click.option(
                "--order",
                type=click.Choice(("title", "added")),
                help="How cards stand until one is moved.",
            ),
            click.option(
                "--first", type=click.IntRange(min=0), metavar="N", help="The first issue's number."
            ),
            click.option(
                "--closing", metavar="TEXT", help="The lines below the last note; empty for none."
            ),
            click.option(
                "--file", metavar="PATTERN", help="Its files, such as {slug}.md or {slug}/index.md."
            ),
            click.option(
                "--template", metavar="FILE", help="A Jinja template that writes the whole issue."
            ),
            click.option(
                "--folder",
                type=click.Path(path_type=Path, file_okay=False),
                metavar="DIR",
                help="Where its files are written; empty for the library's own folder.",
            ),
            click.option(
                "--site",
                metavar="ADDRESS",
                help="Where it is published, such as https://example.org; for pages and RSS.",
            ),
        )
    ):
        command = option(command)
    return command


@click.group(cls=Group)
def series() -> None:
    """Newsletters: list, add, edit, remove."""


@series.command("list", cls=Command)
@pass_session
def list_series(session: Session) -> None:
    """List the series; the current one is marked."""
    with session.open() as library:
        _print(session, library, library.hauls.series())


@series.command("add", cls=Command)
@click.argument("title")
@_settings
@pass_session
def add_series(session: Session, /, title: str, **settings: Any) -> None:
    """Add a series; TITLE is a pattern such as “ML Arxiv Haul ~{n}”."""
    from hauler_tui.workflows.drafts import start_series

    with session.open(writing=True) as library:
        added = start_series(library, title, session.now(), **_given(settings))
        library.flush()
        _print(session, library, [added])


@series.command("edit", cls=Command)
@click.argument("series_id", metavar="ID")
@click.option("--title", metavar="PATTERN", help="Titles, with {n} for the number.")
@_settings
@pass_session
def edit_series(session: Session, /, series_id: str, **settings: Any) -> None:
    """Change a series; ID may also be its title or slug pattern."""
    from hauler_tui.workflows.drafts import check_series

    changes = _given(settings)
    if not changes:
        raise UsageError("nothing to change was named", "see “hauler series edit --help”")
    with session.open(writing=True) as library:
        found = found_series(library, series_id)
        check_series({"heading": found.heading} | changes)
        library.hauls.edit_series(found.id, session.now(), **changes)
        library.flush()
        _print(session, library, [found_series(library, str(found.id))])


@series.command("remove", cls=Command)
@click.argument("series_id", metavar="ID")
@pass_session
def remove_series(session: Session, series_id: str) -> None:
    """Remove a series that has no open issue; its published ones stay."""
    with session.open(writing=True) as library:
        found = found_series(library, series_id)
        shape = series_shape(found, library.hauls.current())
        library.hauls.remove_series(found.id, session.now())
    if session.as_json:
        say_json([shape])
    else:
        say(f"removed {found.title}")


def _given(settings: Mapping[str, Any]) -> dict[str, Any]:
    changes = {name: value for name, value in settings.items() if value not in (None, ())}
    if "profile" in changes:
        from hauler_tui.haul.profiles import PROFILES

        changes = {**PROFILES[changes.pop("profile")], **changes}
    if isinstance(changes.get("front"), str):
        keys = re.split(r",(?![^\[]*\])", changes["front"])
        changes["front"] = tuple(key.strip() for key in keys if key.strip())
    if "closing" in changes:
        closing = changes["closing"].replace("\\n", "\n").strip("\n")
        changes["closing"] = f"{closing}\n" if closing else ""
    if "template" in changes:
        template = changes["template"]
        place = Path(template).expanduser().absolute() if template else None
        changes["template"] = None if place is None else str(place)
        if place is not None:
            from hauler_tui.workflows.compiling import check_template

            check_template(place)
    if "lanes" in changes:
        changes["lanes"] = tuple(dict.fromkeys(map(clean_line, changes["lanes"])))
        changes["cards_lane"] = ""
    if "folder" in changes:
        folder: Path = changes["folder"]
        # Path("") is the working directory's dot.
        changes["folder"] = str(folder.expanduser().absolute()) if str(folder) != "." else None
    return changes


def _print(session: Session, library: Library, found: Iterable[Series]) -> None:
    current = library.hauls.current()
    shapes = [series_shape(one, current) for one in found]
    if session.as_json:
        say_json(shapes)
        return
    if not shapes:
        tell("no series yet; the first star makes one, or “hauler series add TITLE”")
    say_table(
        [
            (one["id"], "current" if one["current"] else "", one["slug"], one["title"])
            for one in shapes
        ]
    )
