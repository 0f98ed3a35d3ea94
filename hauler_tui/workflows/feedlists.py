"""Lists of feeds, as other readers keep them, into the library and out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.urls import normalise_url
from hauler_tui.errors import HaulerError, SourceError
from hauler_tui.sources import opml
from hauler_tui.sources.addresses import shown, subscription_url, without_secrets

if TYPE_CHECKING:
    from hauler_tui.domain.feed import Feed
    from hauler_tui.library.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """An entry of a list that is no feed to subscribe to."""

    title: str
    address: str
    """For a person to read: without passwords and tokens."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedsImported:
    """What became of a list of feeds."""

    added: tuple[Feed, ...]
    known: tuple[Feed, ...]
    """Those that were subscribed to before; their names and tags stay as they are."""
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedsExported:
    """A list of feeds as OPML."""

    text: str
    feeds: int
    without_secrets: int
    """Feeds whose password or token was left out, and which may not work elsewhere."""


@dataclass(slots=True, kw_only=True)
class _Wanted:
    """A feed of the list, put together from every place it is listed at."""

    url: str
    title: str
    tags: dict[str, None]


def import_feeds(library: Library, data: bytes, *, name: str, at: datetime) -> FeedsImported:
    """Subscribe to the feeds of an OPML file or a plain list, in one step of history.

    A feed listed in several folders gets the tags of all. Addresses of local networks are taken,
    and refused when they are fetched, as the configuration says. ``name`` is the file's, for
    messages. Raises HaulerError when the data is no list of feeds or none of its entries is a feed.
    """
    try:
        outlines = opml.read(data)
    except SourceError as error:
        raise HaulerError(f"{name}: {error.message}", error.hint) from error
    wanted, skipped = _sorted_out(outlines)
    if outlines and not wanted:
        first = skipped[0]
        raise HaulerError(
            f"{name} holds no address of a feed",
            f"its first entry, “{(first.title or first.address)[:60]}”: {first.reason}",
        )
    subscribed = {feed.id for feed in library.feeds.all()}
    added: list[Feed] = []
    known: list[Feed] = []
    with library.step("import feeds", f"import feeds from {name}", at=at):
        for one in wanted.values():
            feed = library.feeds.add(one.url, title=one.title, tags=tuple(one.tags), at=at)
            (known if feed.id in subscribed else added).append(feed)
    return FeedsImported(added=tuple(added), known=tuple(known), skipped=tuple(skipped))


def export_feeds(library: Library, *, secrets: bool, at: datetime) -> FeedsExported:
    """Every subscription as OPML 2.0; ``secrets`` keeps passwords and tokens in the addresses."""
    feeds = library.feeds.all()
    addresses = [feed.url if secrets else without_secrets(feed.url) for feed in feeds]
    outlines = (
        opml.Outline(address=address, title=feed.title, tags=feed.tags)
        for address, feed in zip(addresses, feeds, strict=True)
    )
    return FeedsExported(
        text=opml.write(outlines, title="Feeds of hauler", at=at),
        feeds=len(feeds),
        without_secrets=sum(
            address != feed.url for address, feed in zip(addresses, feeds, strict=True)
        ),
    )


def _sorted_out(outlines: tuple[opml.Outline, ...]) -> tuple[dict[str, _Wanted], list[Skipped]]:
    """The feeds by the form in which addresses are compared, and what is none."""
    wanted: dict[str, _Wanted] = {}
    skipped: list[Skipped] = []

    def skip(one: opml.Outline, reason: str) -> None:
        address = shown(one.address) if one.address else ""
        skipped.append(Skipped(title=one.title, address=address, reason=reason))

    for one in outlines:
        if not one.address:
            skip(one, "it has no address of a feed")
            continue
        try:
            url = subscription_url(one.address, allow_private_networks=True)
        except SourceError as error:
            skip(one, error.message)
            continue
        earlier = wanted.get(_same(url))
        if earlier is None:
            tags = dict.fromkeys(one.tags)
            wanted[_same(url)] = _Wanted(url=url, title=one.title, tags=tags)
            continue
        more = [tag for tag in one.tags if tag not in earlier.tags]
        earlier.tags.update(dict.fromkeys(more))
        earlier.title = earlier.title or one.title
        also = f", also under {', '.join(more)}" if more else ""
        skip(one, f"it is listed more than once{also}")
    return wanted, skipped


def _same(url: str) -> str:
    return normalise_url(url) or url
