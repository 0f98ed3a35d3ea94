"""``hauler feeds edit``: what a person may set of one feed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from hauler_tui.cli.commands import Command
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.errors import UsageError

if TYPE_CHECKING:
    from hauler_tui.domain.feed import Feed

_NAMES = ["--title", "--tag", "--untag", "--interval", "--mute", "--keep-days", "--url", "--revive"]


@click.command("edit", cls=Command)
@click.argument("feed_id", metavar="ID")
@click.option("--title", help="Your name for it; empty takes the feed's own again.")
@click.option("--tag", "added", multiple=True, help="A tag to add; may be given again.")
@click.option("--untag", "removed", multiple=True, help="A tag to remove; may be given again.")
@click.option("--interval", metavar="TIME", help="Fetch it every 30 (minutes), 2h, 1d; default.")
@click.option(
    "--mute/--no-mute", default=None, help="Leave it out of the list; feed:ID still finds it."
)
@click.option("--keep-days", metavar="N", help="Days its items stay; 0 is for ever; default.")
@click.option("--url", help="Its new address; the items stay.")
@click.option("--revive", is_flag=True, help="Fetch it again though its server called it gone.")
@pass_session
def edit_feed(
    session: Session,
    feed_id: str,
    title: str | None,
    added: tuple[str, ...],
    removed: tuple[str, ...],
    interval: str | None,
    mute: bool | None,
    keep_days: str | None,
    url: str | None,
    revive: bool,
) -> None:
    """Rename a feed, change its tags, or say how it is fetched and kept."""
    from hauler_tui.cli.feeds import print_feeds
    from hauler_tui.workflows import feedcare

    wanted = (title, interval, mute, keep_days, url)
    if all(each is None for each in wanted) and not (added or removed or revive):
        raise UsageError("nothing to change was named", f"give {', '.join(_NAMES)}")
    allowed = session.config().fetch.allow_private_networks
    now = session.now()
    with session.open(writing=True) as library:
        feed: Feed = library.feeds.find(feed_id)
        edited = replace(
            feed,
            title=feed.title if title is None else title,
            tags=tuple(dict.fromkeys(t for t in (*feed.tags, *added) if t not in removed)),
            is_muted=feed.is_muted if mute is None else mute,
        )
        if interval is not None:
            edited = replace(edited, interval_minutes=feedcare.interval_minutes(interval))
        if keep_days is not None:
            edited = replace(edited, keep_days=feedcare.keep_days(keep_days))
        if url is not None:
            edited = feedcare.readdressed(library, edited, url, allow_private=allowed)
        library.feeds.save(edited, now)
        if revive:
            library.feeds.revive(feed.id, now)
        library.flush()
        print_feeds(session, library, [library.feeds.get(feed.id)], now)
