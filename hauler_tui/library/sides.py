"""What two items have together, and what each of them had."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import reduce

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.identity import canonical_link, key, resolve
from hauler_tui.domain.item import Work
from hauler_tui.domain.notes import both_texts
from hauler_tui.errors import LibraryError
from hauler_tui.library.joined import Side
from hauler_tui.library.records import Mark, NoteRow


def together(older: Side, younger: Side) -> Side:
    """What one item has of two: the earlier star, every tag, all of both notes.

    It is read if either was, and skipped if either was and neither is starred.
    """
    starred = [each.mark.starred_at for each in (older, younger) if each.mark.starred_at]
    skipped = older.mark.skipped or younger.mark.skipped
    return Side(
        mark=Mark(
            starred_at=min(starred, default=None),
            skipped=skipped and not starred,
            tags=tuple(dict.fromkeys((*older.mark.tags, *younger.mark.tags))),
        ),
        read=older.read or younger.read,
        note=_both_notes(older.note, younger.note),
    )


def apart(older: Side, younger: Side, later: Iterable[Side], now: Side) -> tuple[Side, Side]:
    """What each of two joined items has when they are parted.

    ``older`` and ``younger`` are as they were before, ``later`` what was joined with them since,
    ``now`` what the person made of all of it.
    """
    later = tuple(later)
    was = reduce(together, later, together(older, younger))
    rest = reduce(together, later, older)
    lost = frozenset(was.mark.tags) - frozenset(now.mark.tags)
    gained = [tag for tag in now.mark.tags if tag not in was.mark.tags]
    tags = [tag for tag in (*rest.mark.tags, *gained) if tag not in lost]
    is_same_star = now.mark.starred_at == was.mark.starred_at
    is_unstarred = now.mark.starred_at is None
    is_same_skip = now.mark.skipped is was.mark.skipped
    is_same_read = now.read is was.read
    # Compared without the time: a note that was written again with the same words is the same.
    is_same_note = _text(now.note) == _text(was.note)
    return (
        Side(
            mark=Mark(
                starred_at=rest.mark.starred_at if is_same_star else now.mark.starred_at,
                skipped=rest.mark.skipped if is_same_skip else now.mark.skipped,
                tags=tuple(tags),
            ),
            read=rest.read if is_same_read else now.read,
            note=rest.note if is_same_note else now.note,
        ),
        Side(
            mark=Mark(
                starred_at=None if is_unstarred and not is_same_star else younger.mark.starred_at,
                skipped=younger.mark.skipped if is_same_skip else now.mark.skipped,
                tags=tuple(tag for tag in younger.mark.tags if tag not in lost),
            ),
            read=younger.read if is_same_read else now.read,
            note=younger.note,
        ),
    )


def without(work: Work, name: str) -> Work:
    """A work that goes by one name less; by one at least."""
    names = tuple(each for each in work.aliases if each != name)
    return _named(work, names) if names else work


def with_own_link(work: Work, others: Collection[str]) -> Work:
    """A work whose link is not that of another, which goes by the names given, if it has one."""
    of_link = frozenset(resolve(work.entry.link) if work.entry.link else ())
    if of_link.isdisjoint(others) or not of_link.isdisjoint(work.aliases):
        return work
    own = canonical_link("", work.aliases)
    return replace(work, entry=replace(work.entry, link=own)) if own else work


def carved(work: Work, taken: Collection[str]) -> tuple[Work, Work]:
    """A work without some of its names, and a work that goes by those.

    Joined they are the work again. Words and versions stay with the one that the link names. A
    feed whose guid is among the names goes with them, any other is one of both.
    """
    left = tuple(each for each in work.aliases if each not in taken)
    names = tuple(each for each in work.aliases if each in taken)
    of_link = frozenset(resolve(work.entry.link) if work.entry.link else ())
    has_link = not of_link.isdisjoint(names) and of_link.isdisjoint(left)
    if has_link:
        rest, other = _silent(work, left), _named(work, names)
    else:
        rest, other = _named(work, left), _silent(work, names)
    return _seen(rest, other.aliases), _seen(other, rest.aliases)


def chosen(work: Work, names: Sequence[str]) -> tuple[str, ...]:
    """The names of a work that a person chose. Raises LibraryError for none of it, or all."""
    taken = tuple(name for name in work.aliases if name in names)
    if not taken:
        raise LibraryError(f"{work.key} does not go by {names[0]}", _names_hint(work))
    if len(taken) == len(work.aliases):
        raise LibraryError(f"{work.key} has no other name to keep", _names_hint(work))
    return taken


def second_names(work: Work, called: Collection[str]) -> tuple[str, ...]:
    """The names that another work was taken for this one by, as far as they tell.

    What the person called it by goes, unless that is its best name; then the only other one does.
    Guids and addresses go too where an arXiv paper stays, which has none of its own. Raises
    LibraryError where nothing or several could go.
    """
    others = [name for name in work.aliases if name != work.key]
    named = [each for each in others if each in called and not each.startswith(_WITHOUT_ADDRESS)]
    going = named or ways(work)
    if not going:
        raise LibraryError(f"there is nothing to split in {work.key}", _whole_hint(work))
    if len(going) > 1:
        raise several(work, going)
    weak = [name for name in others if name.startswith(_WEAK) and work.key.startswith("arxiv:")]
    return (*going, *(name for name in weak if name not in going))


def ways(work: Work) -> tuple[str, ...]:
    """The names of a work that may be another's: the strong ones but for its best.

    Of a work that goes by addresses alone the other ones; those of any other are its own pages.
    """
    others = [name for name in work.aliases if name != work.key]
    if work.key.startswith("url:"):
        return tuple(name for name in others if name.startswith("url:"))
    return tuple(name for name in others if not name.startswith(_WEAK))


def several(work: Work, names: Sequence[str]) -> LibraryError:
    """The sentence where more than one part could go."""
    return LibraryError(
        f"{work.key} goes by {len(names)} other names: {', '.join(names)}",
        f"say which one is another work: `hauler split {names[0]}`",
    )


def _whole_hint(work: Work) -> str:
    if len(work.aliases) == 1:
        return "it is one work by one name"
    others = ", ".join(name for name in work.aliases if name != work.key)
    return f"it is one work; its other names are {others}: name the one that is another work's"


def _names_hint(work: Work) -> str:
    return f"its names are {', '.join(work.aliases)}"


_WITHOUT_ADDRESS = ("feed-guid:", "hash:")
_WEAK = ("url:", *_WITHOUT_ADDRESS)


def _silent(work: Work, names: tuple[str, ...]) -> Work:
    """A work of which only names are known, and when it was seen."""
    entry = Entry(title="", link=canonical_link("", names), aliases=names, origin="link")
    return replace(work, key=key(names), aliases=names, entry=entry, versions=())


def _seen(work: Work, others: Collection[str]) -> Work:
    """A work without the feeds that can only have told of another, by its names.

    Those gave a guid to the other alone; or none, where the other is an arXiv paper.
    """
    mine = {_feed_of(name) for name in work.aliases}
    theirs = {_feed_of(name) for name in others} - mine
    is_arxiv = [
        any(name.startswith("arxiv:") for name in names) for names in (work.aliases, others)
    ]
    kept = tuple(
        each
        for each in work.sightings
        if each.feed_id in mine or not (each.feed_id in theirs or is_arxiv == [False, True])
    )
    return replace(work, sightings=kept or work.sightings)


def _feed_of(name: str) -> int | None:
    kind, _, rest = name.partition(":")
    number = rest.partition(":")[0]
    return int(number) if kind == "feed-guid" and number.isdecimal() else None


def _named(work: Work, names: tuple[str, ...]) -> Work:
    return replace(work, key=key(names), aliases=names, entry=replace(work.entry, aliases=names))


def _both_notes(older: NoteRow | None, younger: NoteRow | None) -> NoteRow | None:
    if older is None or younger is None:
        return older or younger
    text = both_texts(older.text, younger.text)
    begun = older.started_from if older.started_from == younger.started_from else None
    return NoteRow(
        text=text,
        changed_at=max(older.changed_at, younger.changed_at),
        started_from=begun if text == older.text else None,
    )


def _text(note: NoteRow | None) -> str | None:
    return None if note is None else note.text
