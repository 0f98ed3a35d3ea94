"""arXiv's query API asked for papers by their ids, many at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from hauler_tui.domain.entry import Entry
from hauler_tui.errors import SourceError
from hauler_tui.sources.addresses import host_of
from hauler_tui.sources.feeds import parse_feed

MOST = 100
"""Ids that are asked for at once."""


def address(api: str, ids: Sequence[str]) -> str:
    """The address that asks for papers by id; without ``max_results`` only ten would come."""
    return f"{api}?id_list={quote(','.join(ids), safe=',/.-')}&max_results={len(ids)}"


def read(body: bytes, *, url: str, now: datetime) -> dict[str, Entry]:
    """The papers in an answer by id. Raises SourceError for anything but papers."""
    try:
        feed = parse_feed(body, url=url, content_type=None, feed_id=0, now=now)
    except SourceError as error:
        if b"<html" not in body[:2_000].lower():
            raise
        raise SourceError(
            f"{host_of(url)} sent a web page instead of an answer", "try again later"
        ) from error
    named = ((alias.partition(":"), entry) for entry in feed.entries for alias in entry.aliases)
    return {name: entry for (kind, _, name), entry in named if kind == "arxiv"}


def refusal(body: bytes, *, url: str, now: datetime) -> str | None:
    """Why arXiv refused a question, in its words; None where the body does not say."""
    try:
        parse_feed(body, url=url, content_type=None, feed_id=0, now=now)
    except SourceError as error:
        return error.message if error.message.startswith("arXiv refused") else None
    return None
