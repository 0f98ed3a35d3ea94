"""``hauler feeds``: subscriptions."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hauler_tui.cli.arguments import read_file
from hauler_tui.cli.commands import Command, Group
from hauler_tui.cli.feededit import edit_feed
from hauler_tui.cli.output import count, say, say_document, say_json, say_table, tell
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.cli.shapes import feed_shape
from hauler_tui.domain.addresses import redacted
from hauler_tui.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from hauler_tui.domain.feed import Feed
    from hauler_tui.library.library import Library


@click.group(cls=Group)
def feeds() -> None:
    """Subscriptions, and OPML in and out."""


@feeds.command("list", cls=Command)
@pass_session
def list_feeds(session: Session) -> None:
    """List the feeds."""
    with session.open() as library:
        print_feeds(session, library, library.feeds.all(), session.now())


@feeds.command("add", cls=Command)
@click.argument("urls", metavar="URL...", nargs=-1, required=True)
@click.option("--title", default="", help="Your name for it, instead of the feed's own.")
@click.option("--tag", "tags", multiple=True, help="A tag; may be given again.")
@click.option("--no-fetch", is_flag=True, help="Take the address as it is, and ask nobody.")
@pass_session
def add_feeds(
    session: Session, urls: tuple[str, ...], title: str, tags: tuple[str, ...], no_fetch: bool
) -> None:
    """Subscribe to feeds, or to the feeds of pages.

    URL is an address, arxiv:cs.CL, biorxiv:plant_biology, medrxiv:neurology or hf:daily, or a
    search of arXiv as 'arxiv:au:"Jurafsky"'. An address is asked once whether it is a feed, or
    which feed is its own; without a network, one that looks like a feed's is taken as it is.
    """
    from hauler_tui.sources.addresses import subscription_url
    from hauler_tui.sources.feedlines import apart
    from hauler_tui.workflows.refresh import fetch_settings
    from hauler_tui.workflows.subscribe import addresses_to_add

    urls = tuple(url for given in urls for url in apart(given))
    if title and len(urls) > 1:
        raise UsageError("--title names one feed, and several were given")
    settings = fetch_settings(session.config())
    allowed = settings.allow_private_networks
    if no_fetch:
        every = (subscription_url(url, allow_private_networks=allowed) for url in urls)
        addresses = tuple(dict.fromkeys(every))
    else:
        chosen = asyncio.run(addresses_to_add(urls, settings=settings, now=session.now()))
        addresses = chosen.urls
        for warning in chosen.warnings:
            tell(f"warning: {warning}")
    now = session.now()
    with session.open(writing=True) as library:
        known = {feed.id for feed in library.feeds.all()}
        added = [library.feeds.add(url, title=title, tags=tags, at=now) for url in addresses]
        library.flush()
        if session.as_json:
            print_feeds(session, library, added, now)
            return
        for feed in added:
            which = "already there" if feed.id in known else "added"
            say(f"{which}: {feed.id}  {redacted(feed.url)}")
    tell("run “hauler refresh” to fetch")


feeds.add_command(edit_feed)


@feeds.command("remove", cls=Command)
@click.argument("feed_ids", metavar="ID...", nargs=-1, required=True)
@pass_session
def remove_feeds(session: Session, feed_ids: tuple[str, ...]) -> None:
    """Unsubscribe, and hide what only that feed brought and you never touched.

    Undo brings the feed and its items back.
    """
    now = session.now()
    with session.open(writing=True) as library:
        found = [library.feeds.find(feed_id) for feed_id in dict.fromkeys(feed_ids)]
        shapes = _shapes(library, found, now)
        name = f"remove {count(len(found), 'feed')}"
        whole = library.step("remove feed", name, at=now) if len(found) > 1 else nullcontext()
        with whole:
            hidden = sum(library.feeds.remove(feed.id, now) for feed in found)
        library.flush()
        if session.as_json:
            say_json(shapes)
        else:
            say(f"removed {count(len(found), 'feed')}")
        if hidden:
            tell(f"hidden: {count(hidden, 'item')} that nothing else brought and you never touched")


@feeds.command("discover", cls=Command)
@click.argument("page", metavar="PAGE")
@pass_session
def discover(session: Session, page: str) -> None:
    """List the feeds that a page names."""
    from hauler_tui.sources.discovery import main_feed
    from hauler_tui.workflows.refresh import fetch_settings
    from hauler_tui.workflows.subscribe import feeds_of

    settings = fetch_settings(session.config())
    found = asyncio.run(feeds_of(page, settings=settings, now=session.now()))
    main = main_feed(found)
    if session.as_json:
        say_json(
            [
                {"title": one.title, "type": one.kind, "url": one.url, "main": one == main}
                for one in found
            ]
        )
        return
    say_table([("*" if one == main else "", one.kind or "?", one.url, one.title) for one in found])
    if main is not None:
        tell(f"“hauler feeds add {page}” takes the one marked *")


@feeds.command("import", cls=Command)
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path))
@pass_session
def import_list(session: Session, file: Path) -> None:
    """Subscribe to the feeds of an OPML file or a list of addresses.

    Folders become tags; one undo takes the whole import back.
    """
    from hauler_tui.workflows.feedlists import import_feeds

    data = read_file(file)
    name = "stdin" if file == Path("-") else file.name
    now = session.now()
    with session.open(writing=True) as library:
        done = import_feeds(library, data, name=name, at=now)
        library.flush()
        if session.as_json:
            say_json(
                {
                    "added": len(done.added),
                    "known": len(done.known),
                    "skipped": [
                        {"title": one.title, "url": one.address, "reason": one.reason}
                        for one in done.skipped
                    ],
                    "feeds": _shapes(library, (*done.added, *done.known), now),
                }
            )
    for one in done.skipped:
        tell(f"skipped: {'  '.join(filter(None, (one.title, one.address)))}: {one.reason}")
    if not session.as_json:
        say(
            f"{count(len(done.added), 'feed')} added, {len(done.known)} already there, "
            f"{len(done.skipped)} skipped"
        )
        if done.added:
            tell("run “hauler refresh” to fetch")


@feeds.command("export", cls=Command)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it there."
)
@click.option("--secrets", is_flag=True, help="Keep passwords and tokens in the addresses.")
@pass_session
def export_list(session: Session, output: Path | None, secrets: bool) -> None:
    """Print the feeds as OPML, which other readers take.

    The file is written only where there is none yet, or one that hauler wrote.
    """
    from hauler_tui.workflows.feedlists import export_feeds
    from hauler_tui.workflows.publish import write_file

    with session.open() as library:
        done = export_feeds(library, secrets=secrets, at=session.now())
        named = None if output in (None, Path("-")) else output
        written = None if named is None else str(write_file(library, named, done.text))
    if done.without_secrets:
        whose = count(done.without_secrets, "feed")
        tell(f"warning: {whose} written without password or token; --secrets keeps them")
    if session.as_json:
        say_json({"file": written, "feeds": done.feeds, "text": done.text})
    elif written is None:
        say_document(done.text)
    else:
        say(f"wrote {count(done.feeds, 'feed')} to {written}")


def _shapes(library: Library, found: Iterable[Feed], now: datetime) -> list[dict[str, Any]]:
    due = frozenset(feed.id for feed in library.feeds.due(now))
    return [feed_shape(library, feed, due) for feed in found]


def print_feeds(session: Session, library: Library, found: Iterable[Feed], now: datetime) -> None:
    """List feeds with how each fares."""
    shapes = _shapes(library, found, now)
    if session.as_json:
        say_json(shapes)
        return
    if not shapes:
        tell("no feeds yet; “hauler feeds add arxiv:cs.CL” subscribes to one")
    from hauler_tui.workflows.feedcare import remarks, status

    every = library.feeds.all()
    rows = []
    for shape in shapes:
        feed, state = library.feeds.get(shape["id"]), library.feeds.state(shape["id"])
        tags = f"  [{', '.join(feed.tags)}]" if feed.tags else ""
        name = f"{shape['title']}  {shape['url']}" if shape["title"] else shape["url"]
        told = [*remarks(feed, state, every), *([state.error] if state.error else [])]
        about = f"  ({'; '.join(told)})" if told else ""
        word = status(state, is_due=shape["due"], now=now)
        rows.append((feed.id, word, f"{name}{tags}{about}"))
    say_table(rows)
