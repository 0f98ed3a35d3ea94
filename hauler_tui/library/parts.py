"""The parts of a work's JSON that are decoded alone, where the whole would cost too much."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Appeared(msgspec.Struct):
    """When an entry was published."""

    published: datetime | None = None


class Seen(msgspec.Struct):
    """What a work's date is taken from."""

    first_seen: datetime
    entry: Appeared


class Sighted(msgspec.Struct):
    """One sighting or version."""

    seen_at: datetime
    feed_id: int | None = None


class Named(msgspec.Struct):
    """An entry's title and link."""

    title: str = ""
    link: str = ""


class Titled(msgspec.Struct):
    """What a work is called by."""

    key: str
    entry: Named


class Aged(msgspec.Struct):
    """What tells how old a work is, and what stays of it."""

    key: str = ""
    aliases: tuple[str, ...] = ()
    entry: Named = msgspec.field(default_factory=Named)
    sightings: tuple[Sighted, ...] = ()
    versions: tuple[Sighted, ...] = ()
    first_seen: datetime | None = None


class Names(msgspec.Struct):
    """What a work goes by."""

    aliases: tuple[str, ...]


class Texts(msgspec.Struct):
    """An entry's texts."""

    title: str
    authors: tuple[str, ...] = ()
    abstract: str = ""


class Said(msgspec.Struct):
    """The texts of a work."""

    entry: Texts
