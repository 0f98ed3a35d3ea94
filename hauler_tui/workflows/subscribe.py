"""From what a person typed to the feed to subscribe to, asking a page where that is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.feed import FeedState
from hauler_tui.errors import SourceError, UsageError
from hauler_tui.sources.addresses import shown, subscription_url
from hauler_tui.sources.rewrites import looks_like_feed

if TYPE_CHECKING:
    from hauler_tui.sources.discovery import FoundFeed
    from hauler_tui.sources.http import Answer
    from hauler_tui.sources.settings import FetchSettings


_UNASKED = "--no-fetch subscribes without asking"


async def feeds_of(text: str, *, settings: FetchSettings, now: datetime) -> tuple[FoundFeed, ...]:
    """The feeds of a page, or the feed that ``text`` itself names; at least one.

    The page is asked once, and not at all where its address alone tells its feed. Raises
    SourceError where there is none, with the way to capture the page instead.
    """
    from hauler_tui.sources.discovery import FoundFeed

    url = subscription_url(text, allow_private_networks=settings.allow_private_networks)
    if looks_like_feed(url) and url.casefold() != text.strip().casefold():
        return (FoundFeed(url=url),)
    return (await _asked([url], settings, now))[0]


async def addresses_to_add(
    texts: Iterable[str], *, settings: FetchSettings, now: datetime
) -> tuple[str, ...]:
    """The address of the feed for each of ``texts``, each once, in their order.

    What cannot be told by its address is asked once. Raises SourceError where there is no feed,
    UsageError naming the choices where a page has several of its own.
    """
    allowed = settings.allow_private_networks
    urls = list(
        dict.fromkeys(subscription_url(text, allow_private_networks=allowed) for text in texts)
    )
    doubtful = [url for url in urls if not looks_like_feed(url)]
    found = dict(zip(doubtful, await _asked(doubtful, settings, now), strict=True))
    return tuple(dict.fromkeys(_chosen(url, found[url]) if url in found else url for url in urls))


def _chosen(url: str, found: tuple[FoundFeed, ...]) -> str:
    from hauler_tui.sources.discovery import main_feed

    main = main_feed(found)
    if main is None:
        choices = "; ".join(f"{one.url}{f' ({one.title})' if one.title else ''}" for one in found)
        raise UsageError(
            f"of the feeds of {shown(url)} none is clearly its own",
            f"add the one you mean: {choices}",
        )
    return main.url


async def _asked(
    urls: list[str], settings: FetchSettings, now: datetime
) -> list[tuple[FoundFeed, ...]]:
    if not urls:
        return []
    from hauler_tui.sources.http import Client
    from hauler_tui.sources.pacing import Pacer

    pacer = Pacer(clock=asyncio.get_running_loop().time)
    async with Client(settings) as client:
        found = []
        for url in urls:
            try:
                answer = await client.fetch(url, FeedState(), turn=pacer.turn)
            except SourceError as error:
                raise SourceError(error.message, f"{error.hint}; {_UNASKED}") from error
            found.append(_read(url, answer, settings, now))
    return found


def _read(
    url: str, answer: Answer, settings: FetchSettings, now: datetime
) -> tuple[FoundFeed, ...]:
    """What an answer says of the feeds there are. Raises SourceError where it says of none."""
    from hauler_tui.sources.discovery import FoundFeed, feeds_in_page, kind_of_feed

    if answer.status != 200:
        from hauler_tui.sources.outcomes import refusal

        error = refusal(answer, now=now)
        raise error if answer.status in (404, 410) else _with_other_ways(error, url)
    kind = kind_of_feed(answer.body, url=answer.url)
    if kind is not None:
        return (FoundFeed(url=answer.moved_to or url, kind=kind),)
    found = _allowed(feeds_in_page(answer.body, url=answer.url), settings)
    if not found:
        from hauler_tui.sources.diagnosis import not_a_feed

        raise _with_other_ways(not_a_feed(answer.body, url=answer.url), url)
    return found


def _allowed(found: tuple[FoundFeed, ...], settings: FetchSettings) -> tuple[FoundFeed, ...]:
    """Those that may be subscribed to, under the address that a person's own words would give."""
    kept = []
    for one in found:
        try:
            url = subscription_url(one.url, allow_private_networks=settings.allow_private_networks)
        except SourceError:
            continue
        kept.append(replace(one, url=url))
    return tuple(kept)


def _with_other_ways(error: SourceError, url: str) -> SourceError:
    way = f"capture the page itself with: hauler add {shown(url)}"
    if error.hint.startswith("try again"):
        way = f"{error.hint}, or {way}"
    return SourceError(error.message, f"{way}; {_UNASKED}")
