"""What became of a preprint since it was first seen: newer versions, a journal, a withdrawal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from hauler_tui.domain.item import Item, Note, Version

SERVERS = ("doi:10.1101/", "doi:10.64898/", "doi:10.48550/")
"""DOIs that bioRxiv, medRxiv and arXiv give; any other is a publisher's."""
_SERVER_NAMES = frozenset({"arxiv", "biorxiv", "medrxiv"})


def published_in(aliases: Iterable[str], journal: str | None) -> str:
    """Return where a preprint was published: its journal reference, else a publisher's DOI.

    Empty for what is no preprint, or not published as far as is known.
    """
    names = tuple(aliases)
    if not any(name.startswith(("arxiv:", *SERVERS)) for name in names):
        return ""
    if journal and journal.casefold().partition(" ")[0] not in _SERVER_NAMES:
        return journal
    registered = (name for name in names if name.startswith("doi:"))
    return next((n.removeprefix("doi:") for n in registered if not n.startswith(SERVERS)), "")


def renewed_at(versions: Sequence[Version]) -> datetime | None:
    """Return when the newest version was first heard of; None where there is only one."""
    return versions[-1].seen_at if len(versions) > 1 else None


def dealt_with(item: Item, note: Note | None) -> tuple[str, datetime] | None:
    """Return what the person did last with a version before them, and when: the note or star."""
    if note is not None:
        return "note", note.changed_at
    return None if item.starred_at is None else ("star", item.starred_at)


def is_newer(renewed: datetime | None, noted: datetime | None, starred: datetime | None) -> bool:
    """Whether a new version came after the note, or after the star where there is no note."""
    since = noted or starred
    return renewed is not None and since is not None and renewed > since


def renewal(item: Item, note: Note | None) -> str:
    """Return a sentence on a version that came after the note or star; empty where none did."""
    versions = item.work.versions
    renewed, done = renewed_at(versions), dealt_with(item, note)
    if renewed is None or done is None or renewed <= done[1]:
        return ""
    before = version_before(versions, done[1])
    return (
        f"v{before} → v{versions[-1].number} on {day(renewed)},"
        f" after your {done[0]} of {day(done[1])}"
    )


def day(date: datetime) -> str:
    """Return a date as a person writes it: 4 May 2026."""
    return f"{date.day} {date:%b %Y}"


def version_before(versions: Sequence[Version], since: datetime) -> int:
    """Return the newest version known at a time, else the oldest that is known."""
    known = [version.number for version in versions if version.seen_at <= since]
    return max(known, default=versions[0].number)
