"""Which of the entries of one answer, and of the works that are known, are one work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.identity import aliases, rank, resolve
from hauler_tui.domain.sameness import (
    Told,
    are_namesakes,
    are_other_posts,
    contested,
    may_be_one,
    namesake_of,
    title_mark,
)


@dataclass(slots=True, kw_only=True, eq=False)
class Group:
    """One work: the known items that are it, and the entries that speak of it."""

    told: Told
    ids: list[int] = field(default_factory=list)
    """Items the library has; several turned out to be one."""
    entries: list[tuple[int, Entry]] = field(default_factory=list)
    """With their place in the answer, and without names that are another's."""
    is_gone: bool = False
    """Whether its item was let go."""


def grouped(
    entries: Sequence[Entry],
    *,
    feed_id: int | None,
    owners: Mapping[str, int],
    known: Callable[[int], Told],
    gone: Collection[int],
    are_apart: Callable[[Collection[int], Collection[int]], bool],
) -> list[Group]:
    """Return the works that an answer speaks of, in the order in which it first does.

    ``owners`` are the items that go by the names given, ``known`` what is known of one, ``gone``
    those that were let go, and ``are_apart`` tells items the person knows to be different works.
    """
    told = [Told.of_entry(entry, feed_id) for entry in entries]
    useless = frozenset() if feed_id is None else contested(told)
    hashes = frozenset(name for name in owners if name.startswith("hash:"))
    found: dict[int, Group] = {}
    by_name: dict[str, Group] = {}

    def group_of(name: str) -> Group | None:
        if name not in by_name and name in owners:
            owner = owners[name]
            if owner not in found:
                is_gone = owner in gone
                knows = Told(names=frozenset()) if is_gone else known(owner)
                found[owner] = Group(told=knows, ids=[owner], is_gone=is_gone)
            by_name[name] = found[owner]
        return by_name.get(name)

    for place, entry in enumerate(entries):
        names = [name for name in entry.aliases if name not in useless]
        says = told[place].with_names(names)
        near = list({id(each): each for name in names if (each := group_of(name))}.values())
        living = [each for each in near if not each.is_gone]
        home: Group | None = None
        if living:
            chosen, refused = _chosen(says, living, are_apart)
            if refused:
                lost = [name for name in names if by_name.get(name) in refused]
                names = [name for name in names if name not in lost]
                says = says.with_names(names)
                for name in _namesakes(says, lost):
                    other = group_of(name)
                    if other is None:
                        names.append(name)
                    elif _is_namesake(says, other, chosen, are_apart) and other not in refused:
                        names.append(name)
                        chosen += [other] if other not in chosen else []
            home = _united(chosen, found, by_name) if chosen else None
            if refused and home and home.ids and not {*lost}.isdisjoint(resolve(entry.link)):
                entry = replace(entry, link="")  # it is another's; the known one stays
        elif near:
            home = near[0]
        if home is None:
            home = Group(told=Told(names=frozenset()))
            if not names or (hashes and is_weak(entry) and hash_name(entry, feed_id) in hashes):
                alone = hash_name(entry, feed_id)
                before = group_of(alone)
                names = names or [alone]
                if before is not None and not are_other_posts(says, before.told):
                    home = before
        kept = entry if names == list(entry.aliases) else replace(entry, aliases=tuple(names))
        says = says.with_names(names)
        if not says.is_within(home.told):
            home.told |= says
        home.entries.append((place, kept))
        for name in names:
            if home.is_gone or by_name.get(name) is None or by_name[name].is_gone:
                by_name[name] = home
    groups = {id(each): each for each in (*found.values(), *by_name.values()) if each.entries}
    for group in groups.values():
        group.entries.sort(key=lambda placed: placed[0])
    return sorted(groups.values(), key=lambda group: group.entries[0][0])


def without_contested(entries: Sequence[Entry], feed_id: int) -> tuple[Entry, ...]:
    """Return the entries of one answer without the names that several of its works go by.

    So that the answer can be taken in by parts, which do not show that.
    """
    given = [name for entry in entries for name in entry.aliases]
    if len(set(given)) == len(given):
        return tuple(entries)
    useless = contested([Told.of_entry(entry, feed_id) for entry in entries])
    if not useless:
        return tuple(entries)
    titles = Counter(entry.title for entry in entries)
    found = []
    for entry in entries:
        names = tuple(name for name in entry.aliases if name not in useless)
        if len(names) < len(entry.aliases):
            words = {hash_name(entry, feed_id)}
            if (
                entry.title and titles[entry.title] == 1
            ):  # then it is known again when its text has changed
                words.add(hash_name(replace(entry, abstract=""), feed_id))
            entry = replace(entry, aliases=names or tuple(sorted(words)))
        found.append(entry)
    return tuple(found)


def namesakes(
    entries: Sequence[Entry], feed_id: int, owners: Mapping[str, int], known: Mapping[int, Told]
) -> set[str]:
    """Return the names that entries have where works by another title keep theirs.

    Two feeds tell of a translation by these, whichever of the works came first, and a feed of
    another post at an address that one had before.
    """
    found: set[str] = set()
    for entry in entries:
        for name in entry.aliases:
            owner = known.get(owners.get(name, 0))
            if owner is None or not owner.titles:
                continue
            says = Told.of_entry(entry, feed_id)
            if owner.titles.isdisjoint(says.titles):
                found.add(hash_name(entry, feed_id))
                if name.startswith("doi:"):
                    found.update(_namesakes(says.with_names(says.names - {name}), (name,)))
    return found


def _namesakes(says: Told, lost: Iterable[str]) -> list[str]:
    """Return what stands for lost DOIs: each with the words of the title, where those are all."""
    mark = title_mark(says)
    if not mark or any(rank(name) < rank("url:") for name in says.names):
        return []
    dois = (name for name in lost if name.startswith("doi:"))
    return [namesake_of(name) + aliases(title=mark)[0].partition(":")[2] for name in dois]


def _is_namesake(
    says: Told,
    other: Group,
    chosen: Sequence[Group],
    are_apart: Callable[[Collection[int], Collection[int]], bool],
) -> bool:
    ids = [item_id for each in chosen for item_id in each.ids if each is not other]
    return not other.is_gone and are_namesakes(says, other.told) and not are_apart(ids, other.ids)


def _chosen(
    says: Told,
    near: Sequence[Group],
    are_apart: Callable[[Collection[int], Collection[int]], bool],
) -> tuple[list[Group], list[Group]]:
    """Return the groups that an entry shows to be one work, and those that are others."""
    if len(near) == 1:
        return (list(near), []) if may_be_one(says, near[0].told) else ([], list(near))
    chosen: list[Group] = []
    refused: list[Group] = []
    ids: list[int] = []
    for each in sorted(near, key=lambda group: _nearness(says, group)):
        if may_be_one(says, each.told) and not are_apart(ids, each.ids):
            chosen.append(each)
            says |= each.told
            ids += each.ids
        else:
            refused.append(each)
    return chosen, refused


def _nearness(says: Told, group: Group) -> tuple[int, int, int]:
    """Return what groups are asked in the order of: most names in common, then the best of them."""
    shared = says.names & group.told.names
    return -len(shared), min(map(rank, shared), default=99), min(group.ids, default=1 << 63)


def _united(chosen: Sequence[Group], found: dict[int, Group], by_name: dict[str, Group]) -> Group:
    """Return one group for those chosen; the others are no more."""
    home, *others = sorted(chosen, key=lambda group: min(group.ids, default=1 << 63))
    for other in others:
        home.told |= other.told
        home.ids += other.ids
        home.entries += other.entries
        other.entries = []
        found.update(dict.fromkeys(other.ids, home))
        by_name.update({name: home for name, group in by_name.items() if group is other})
    return home


def is_weak(entry: Entry) -> bool:
    """Whether a work may have gone by the hash of its words alone before, as `hash_name` tells."""
    return bool(entry.abstract) and all(
        name.startswith(("url:", "feed-guid:")) for name in entry.aliases
    )


def hash_name(entry: Entry, feed_id: int | None) -> str:
    """Return the name of an entry that has no other of its own."""
    words = entry.title or entry.link or entry.aliases[0]
    return aliases(feed_id=feed_id, title=words, abstract=entry.abstract)[0]
