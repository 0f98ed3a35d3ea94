"""From what a person typed to the feed to subscribe to, asking a page where that is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from hauler_tui.domain.feed import FeedState
from hauler_tui.errors import SourceError, UsageError
from hauler_tui.sources.addresses import host_of, is_loopback, shown, subscription_url
from hauler_tui.sources.rewrites import looks_like_feed

if TYPE_CHECKING:
    from hauler_tui.sources.discovery import FoundFeed
    from hauler_tui.sources.http import Answer
    from hauler_tui.sources.settings import FetchSettings


_UNASKED = "--no-fetch subscribes without asking"
_ALWAYS_THERE = "rss.arxiv.org"
"""A name that can be looked up wherever there is a network; the host itself is not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The feeds that a person's words lead to."""

    urls: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    """A sentence for each that could not be asked, since there is no network."""


async def feeds_of(text: str, *, settings: FetchSettings, now: datetime) -> tuple[FoundFeed, ...]:
    """The feeds of a page, or the feed that ``text`` itself names; at least one.

    The page is asked once, and not at all where its address alone tells its feed. Raises
    SourceError where there is none, with the way to capture the page instead.
    """
    from hauler_tui.sources.discovery import FoundFeed

    url = subscription_url(text, allow_private_networks=settings.allow_private_networks)
    if looks_like_feed(url) and url.casefold() != text.strip().casefold():
        return (FoundFeed(url=url),)
    ((found, _),) = await _asked([url], settings, now)
    return found


async def addresses_to_add(
    texts: Iterable[str], *, settings: FetchSettings, now: datetime
) -> Chosen:
    """The address of the feed for each of ``texts``, each once, in their order.

    Each is asked once whether it is a feed, but for those that hauler itself made of a person's
    words, and those of hosts that want long pauses. Without a network one that looks like a feed's
    is taken as it is, with a warning. Raises SourceError where there is no feed, UsageError naming
    the choices where a page has several of its own.
    """
    allowed = settings.allow_private_networks
    typed = {subscription_url(text, allow_private_networks=allowed): text for text in texts}
    doubtful = [url for url, text in typed.items() if _is_doubtful(url, text)]
    asked = await _asked(doubtful, settings, now, may_be_offline=True)
    found = dict(zip(doubtful, asked, strict=True))
    urls = (_chosen(url, found[url][0]) if url in found else url for url in typed)
    warnings = tuple(warning for _, warning in asked if warning)
    return Chosen(urls=tuple(dict.fromkeys(urls)), warnings=warnings)


def _is_doubtful(url: str, text: str) -> bool:
    """Whether nothing but asking tells that an address is a feed's."""
    if not looks_like_feed(url):
        return True
    from hauler_tui.sources.pacing import is_slow

    words, path = unquote(text).casefold(), unquote(urlsplit(url).path).casefold()
    is_typed = host_of(url) in words and path.rstrip("/") in words
    return is_typed and not is_slow(url)


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
    urls: list[str], settings: FetchSettings, now: datetime, *, may_be_offline: bool = False
) -> list[tuple[tuple[FoundFeed, ...], str]]:
    """The feeds at each address, and a warning where it was not asked. Raises SourceError."""
    if not urls:
        return []
    from hauler_tui.sources.discovery import FoundFeed
    from hauler_tui.sources.http import Client
    from hauler_tui.sources.network import UnreachableError
    from hauler_tui.sources.pacing import Pacer

    pacer = Pacer(clock=asyncio.get_running_loop().time)

    async def ask(url: str) -> tuple[tuple[FoundFeed, ...], str]:
        try:
            answer = await client.fetch(url, FeedState(), turn=pacer.turn)
        except SourceError as error:
            is_lost = isinstance(error, UnreachableError) and looks_like_feed(url)
            is_lost = is_lost and not is_loopback(host_of(url))
            if may_be_offline and is_lost and await _is_offline():
                why = f"{error.message}; this machine seems to be offline"
                return (FoundFeed(url=url),), f"{shown(url)} was not asked: {why}"
            raise SourceError(error.message, f"{error.hint}; {_UNASKED}") from error
        return _read(url, answer, settings, now), ""

    async with Client(settings) as client:
        answers = await asyncio.gather(*map(ask, urls), return_exceptions=True)
    found = []
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
        found.append(answer)
    return found


async def _is_offline() -> bool:
    """Whether not even a name that is always there can be looked up."""
    from hauler_tui.sources.network import system_resolver

    try:
        await system_resolver(_ALWAYS_THERE, 443)
    except OSError:
        return True
    return False


def _read(
    url: str, answer: Answer, settings: FetchSettings, now: datetime
) -> tuple[FoundFeed, ...]:
    """What an answer says of the feeds there are. Raises SourceError where it says of none."""
    from hauler_tui.sources.discovery import FoundFeed, feeds_in_page, kind_of_feed

    if answer.status != 200:
        from hauler_tui.sources.outcomes import refusal

        error = refusal(answer, now=now)
        if answer.status == 410:
            raise SourceError(error.message, f"look for its new address; {_UNASKED}")
        if looks_like_feed(url):
            raise SourceError(error.message, f"{error.hint}; {_UNASKED}")
        raise error if answer.status == 404 else _with_other_ways(error, url)
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
