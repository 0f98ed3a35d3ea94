"""How one more description of a known work changes what is known of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hauler_tui.domain.entry import Announce, Entry
from hauler_tui.domain.identity import key, rank
from hauler_tui.domain.item import Sighting, Version, Work
from hauler_tui.domain.withdrawal import is_notice, with_notice

_ORIGINS = ("feed", "page", "card", "link")
_ANNOUNCES: tuple[Announce, ...] = ("new", "cross", "replace", "replace-cross")
_ELLIPSES = ("…", "...", "[…]", "[...]")


def new_work(entry: Entry, sighting: Sighting) -> Work:
    """Return the work that one description begins."""
    names = _best_first(entry.aliases)
    seen_at = sighting.seen_at
    return Work(
        key=key(names),
        aliases=names,
        entry=entry if names == entry.aliases else replace(entry, aliases=names),
        sightings=(sighting,),
        versions=() if entry.version is None else (Version(number=entry.version, seen_at=seen_at),),
        first_seen=seen_at,
    )


def merge(work: Work, entry: Entry, sighting: Sighting) -> Work:
    """Return a known work after one more sighting of it.

    Aliases, categories and versions add up, a feed counts once with its strongest announce type,
    and the better words win: see `better_words`.
    """
    names = _best_first((*work.aliases, *entry.aliases))
    sightings = _with_sighting(work.sightings, sighting)
    is_alone = len({seen.feed_id for seen in sightings}) == 1
    return Work(
        key=key(names),
        aliases=names,
        entry=replace(better_words(work.entry, entry, is_same_source=is_alone), aliases=names),
        sightings=sightings,
        versions=_with_version(work.versions, entry.version, sighting.seen_at),
        first_seen=min(work.first_seen, sighting.seen_at),
    )


def join(work: Work, other: Work) -> Work:
    """Return one work for two that turned out to be the same: all that is known of either."""
    joined = work
    for sighting in other.sightings:
        joined = merge(joined, other.entry, sighting)
    for version in other.versions:
        joined = replace(
            joined, versions=_with_version(joined.versions, version.number, version.seen_at)
        )
    names = _best_first((*joined.aliases, *other.aliases))
    return replace(
        joined,
        key=key(names),
        aliases=names,
        entry=replace(joined.entry, aliases=names),
        first_seen=min(joined.first_seen, other.first_seen),
    )


def better_words(known: Entry, told: Entry, *, is_same_source: bool) -> Entry:
    """Return the better of two descriptions, its gaps filled from the other.

    A better origin wins, then a newer version. Between equals a source may correct itself, and of
    two sources the one that says more is kept, so that they do not replace each other for ever.
    A text that is only the beginning of the other never replaces it, and what a withdrawn paper
    says in its abstract's place is kept as its comment, beside the abstract that was.
    """
    first, second = (told, known) if _wins(told, known, is_same_source) else (known, told)
    dates = [date for date in (known.published, told.published) if date is not None]
    abstract, comment = _fuller(first.abstract, second.abstract), first.comment or second.comment
    if second.abstract and is_notice(first.abstract) and not is_notice(second.abstract):
        abstract, comment = second.abstract, with_notice(comment, first.abstract)
    elif not first.comment and is_notice(comment) and (first.version or 0) > (second.version or 0):
        comment = None
    return replace(
        first,
        title=_fuller(first.title, second.title),
        abstract=abstract,
        link=first.link or second.link,
        authors=first.authors or second.authors,
        categories=tuple(dict.fromkeys((*known.categories, *told.categories))),
        published=min(dates, default=None),
        announce=strongest((known.announce, told.announce)),
        version=max((v for v in (known.version, told.version) if v is not None), default=None),
        doi=first.doi or second.doi,
        comment=comment,
        journal=first.journal or second.journal,
    )


def strongest(announces: Iterable[Announce | None]) -> Announce | None:
    """Return the strongest announce type: new, cross, replace, replace-cross, none."""
    given = [announce for announce in announces if announce is not None]
    return min(given, key=_ANNOUNCES.index, default=None)


def _wins(told: Entry, known: Entry, is_same_source: bool) -> bool:
    """Whether the words told now are to be preferred to those known."""
    origins = _ORIGINS.index(told.origin), _ORIGINS.index(known.origin)
    if origins[0] != origins[1]:
        return origins[0] < origins[1]
    if (told.version or 0) != (known.version or 0):
        return (told.version or 0) > (known.version or 0)
    if is_same_source:
        return len(told.abstract) * 2 >= len(known.abstract)
    return _fullness(told) > _fullness(known)


def _fullness(entry: Entry) -> tuple[int, int, str, str, str]:
    """Return what two sources' descriptions are compared by; equal only for the same words."""
    return len(entry.abstract), len(entry.title), entry.abstract, entry.title, entry.link


def _fuller(preferred: str, other: str) -> str:
    """Return the preferred text unless it is empty or only the beginning of the other."""
    if not other or preferred == other:
        return preferred
    if not preferred:
        return other
    if len(preferred) >= len(other) + 5:
        return preferred
    beginning = _without_ellipsis(" ".join(preferred.split()))
    return other if _is_beginning(beginning, " ".join(other.split())) else preferred


def _is_beginning(beginning: str, whole: str) -> bool:
    """Whether `whole` says more after `beginning`; an ellipsis of its own is no more."""
    return len(_without_ellipsis(whole)) > len(beginning) and whole.startswith(beginning)


def _without_ellipsis(text: str) -> str:
    """Return a text without the ellipsis that says it was cut."""
    for ellipsis in _ELLIPSES:
        if text.endswith(ellipsis):
            return text[: -len(ellipsis)].rstrip(" .,;:")
    return text


def _best_first(names: Iterable[str]) -> tuple[str, ...]:
    """Return aliases once each, best first."""
    return tuple(sorted(set(names), key=lambda name: (rank(name), name)))


def _with_sighting(known: tuple[Sighting, ...], more: Sighting) -> tuple[Sighting, ...]:
    """Return sightings with one more, one for each feed, first seen first."""
    by_feed = {seen.feed_id: seen for seen in known}
    same = by_feed.get(more.feed_id)
    if same is not None:
        more = Sighting(
            feed_id=more.feed_id,
            announce=strongest((same.announce, more.announce)),
            seen_at=min(same.seen_at, more.seen_at),
        )
    by_feed[more.feed_id] = more
    return tuple(
        sorted(by_feed.values(), key=lambda seen: (seen.seen_at, _feed_order(seen.feed_id)))
    )


def _feed_order(feed_id: int | None) -> int:
    """Return where a feed stands among those seen at one time; what came by hand stands first."""
    return -1 if feed_id is None else feed_id


def _with_version(
    known: tuple[Version, ...], number: int | None, seen_at: datetime
) -> tuple[Version, ...]:
    """Return versions with one more, each with the time it was first heard of."""
    if number is None:
        return known
    times = {version.number: version.seen_at for version in known}
    times[number] = min(times.get(number, seen_at), seen_at)
    return tuple(Version(number=n, seen_at=times[n]) for n in sorted(times))
