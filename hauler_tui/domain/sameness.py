"""Whether two descriptions with a name in common are of one work: names are not always true.

A feed may give all its items one guid, link or DOI, and a DOI may be that of a whole issue or of
proceedings. Taking two works for one is worse than showing one twice, so doubt parts them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.item import Work
from hauler_tui.domain.standing import SERVERS

_UNIQUE = ("arxiv:", "openreview:", "pmid:")
"""Kinds of which a work has one name only; DOIs are several, of the preprint and the publisher."""
_SHORT_WORD = 4
_MANY_TITLES = 3
_TELLING = 3
"""Words from which on a title tells its work from others under one DOI."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is compared of a work, or of a description of one."""

    names: frozenset[str]
    titles: frozenset[str] = frozenset()
    """As feeds told them; what a person or a page calls a work speaks against nothing."""
    feed_ids: frozenset[int] = frozenset()

    @staticmethod
    def of_entry(entry: Entry, feed_id: int | None) -> Told:
        """What an entry tells that came through a feed, or by hand."""
        return Told(
            names=frozenset(entry.aliases),
            titles=_titles(entry),
            feed_ids=frozenset() if feed_id is None else frozenset((feed_id,)),
        )

    @staticmethod
    def of_work(work: Work) -> Told:
        """What is known of a work."""
        feed_ids = (seen.feed_id for seen in work.sightings)
        return Told(
            names=frozenset(work.aliases),
            titles=_titles(work.entry),
            feed_ids=frozenset(feed_id for feed_id in feed_ids if feed_id is not None),
        )

    def with_names(self, names: Iterable[str]) -> Told:
        """The same by these names."""
        given = frozenset(names)
        return self if given == self.names else replace(self, names=given)

    def is_within(self, other: Told) -> bool:
        """Whether the other tells all of it."""
        return (
            self.names <= other.names
            and self.titles <= other.titles
            and self.feed_ids <= other.feed_ids
        )

    def __or__(self, other: Told) -> Told:
        return Told(
            names=self.names | other.names,
            titles=self.titles | other.titles,
            feed_ids=self.feed_ids | other.feed_ids,
        )


def may_be_one(a: Told, b: Told) -> bool:
    """Whether the names that two have in common make them one work, whatever else they say.

    Never with two different arXiv, OpenReview or PubMed ids. A shared DOI says nothing where the
    titles have hardly a word in common, or where one feed has an address and words of its own for
    each; a shared address or guid nothing where the DOIs differ.
    """
    if a.names <= b.names and any(name.startswith(_UNIQUE) for name in a.names):
        return True  # the common case: a known work is told again
    if any(_differ(a, b, kind) for kind in _UNIQUE):
        return False
    shared = a.names & b.names
    if any(name.startswith(_UNIQUE) for name in shared):
        return True
    if any(name.startswith("doi:") for name in shared):
        if _disagree(a, b) or (_are_other_guids(a, b) and _say_other(a, b)):
            return False
        return not (
            _differ(a, b, "url:")
            and not _have_one_title(a, b)
            and (_are_other_guids(a, b) or bool(a.feed_ids & b.feed_ids and _say_other(a, b)))
        )
    if _have_other_dois(a, b):
        return False
    if any(name.startswith("feed-guid:") for name in shared):
        return not (_differ(a, b, "url:") and _disagree(a, b))
    if (_is_namesake(a, b) or _is_namesake(b, a)) and _disagree(a, b):
        return False
    # Of a work that several feeds tell, the title may be another feed's.
    is_one_feed = bool(a.feed_ids) and a.feed_ids == b.feed_ids
    if is_one_feed and any(name.startswith("url:") for name in shared):
        return not (_disagree(a, b) or (_are_other_guids(a, b) and not _have_one_title(a, b)))
    return True


def contested(answer: Sequence[Told]) -> frozenset[str]:
    """Return the names that say nothing in one answer of a feed: several works go by them there.

    Two entries that go by all the same names are one that was told again, if the title of one has
    all words of the other's; a lost work is worse than one shown twice.
    """
    names = [name for told in answer for name in told.names]
    if len(set(names)) == len(names):
        return frozenset()
    times = Counter(names)
    holders: dict[str, list[Told]] = {name: [] for name, count in times.items() if count > 1}
    for told in answer:
        for name in holders.keys() & told.names:
            holders[name].append(told)
    return frozenset(name for name, some in holders.items() if _are_several(name, some))


def _are_several(name: str, holders: Sequence[Told]) -> bool:
    first, *others = holders
    if not all(may_be_one(first, other) for other in others):
        return True
    titles = {title for each in holders for title in each.titles}
    strangers = sum(_disagree(first, other) for other in others)
    if len(titles) >= _MANY_TITLES and strangers >= _MANY_TITLES - 1:
        return True
    if name.startswith((*_UNIQUE, "doi:")):
        return False
    fullest = max(holders, key=lambda told: max(map(len, told.titles), default=0))
    return any(_say_other(fullest, other) for other in holders)


def _say_other(a: Told, b: Told) -> bool:
    """Whether each title of one has a word, however short, that those of the other lack."""
    mine, theirs = ([frozenset(_WORD.findall(title)) for title in each.titles] for each in (a, b))
    return bool(mine and theirs) and not any(
        one <= other or other <= one for one in mine for other in theirs
    )


def are_namesakes(a: Told, b: Told) -> bool:
    """Whether two that a DOI and their titles name are one, as far as their other names tell."""
    differ = any(_differ(a, b, kind) for kind in _UNIQUE) or _have_other_dois(a, b)
    return not (differ or _are_other_guids(a, b)) and _have_one_title(a, b)


def namesake_of(doi: str) -> str:
    """Return how the name begins of what has a DOI that a work by another title keeps."""
    return f"hash:{doi}:"


def title_mark(told: Told) -> str:
    """Return what a feed's title is told by, whatever its order and its small words.

    Empty for a title that several works of one DOI may have, such as ``Editorial``.
    """
    words = [_words(title) for title in told.titles]
    return " ".join(sorted(words[0])) if len(words) == 1 and len(words[0]) >= _TELLING else ""


def are_other_posts(a: Told, b: Told) -> bool:
    """Whether one feed gave them different guids, or they have different addresses."""
    return _are_other_guids(a, b) or _differ(a, b, "url:")


def _titles(entry: Entry) -> frozenset[str]:
    folded = " ".join(entry.title.casefold().split())
    return frozenset((folded,)) if folded and entry.origin == "feed" else frozenset()


def _differ(a: Told, b: Told, kind: str) -> bool:
    """Whether both have names of a kind, and none in common."""
    mine = {name for name in a.names if name.startswith(kind)}
    theirs = {name for name in b.names if name.startswith(kind)}
    return bool(mine and theirs and mine.isdisjoint(theirs))


def _have_other_dois(a: Told, b: Told) -> bool:
    """Whether both have DOIs of publishers, or of preprints, and none of those in common."""
    for is_preprint in (False, True):
        mine, theirs = (
            {
                name
                for name in each.names
                if name.startswith("doi:") and name.startswith(SERVERS) is is_preprint
            }
            for each in (a, b)
        )
        if mine and theirs and mine.isdisjoint(theirs):
            return True
    return False


def _are_other_guids(a: Told, b: Told) -> bool:
    """Whether one feed gave them different guids."""
    return any(_differ(a, b, f"feed-guid:{feed_id}:") for feed_id in a.feed_ids & b.feed_ids)


def _have_one_title(a: Told, b: Told) -> bool:
    return not a.titles or not b.titles or not a.titles.isdisjoint(b.titles)


def _is_namesake(a: Told, b: Told) -> bool:
    """Whether one keeps a DOI that the other has under another title."""
    kept = tuple(namesake_of(name) for name in b.names if name.startswith("doi:"))
    return bool(kept) and any(name.startswith(kept) for name in a.names)


def _disagree(a: Told, b: Told) -> bool:
    """Whether no title of one has a third of its words in common with one of the other."""
    if _have_one_title(a, b):
        return False
    return not any(_are_alike(one, other) for one in a.titles for other in b.titles)


def _are_alike(one: str, other: str) -> bool:
    mine, theirs = _words(one), _words(other)
    return 3 * len(mine & theirs) >= min(len(mine), len(theirs))


def _words(title: str) -> frozenset[str]:
    """Return what titles are compared by: long words, and single signs of other scripts."""
    words = _WORD.findall(title)
    long = {word for word in words if len(word) >= _SHORT_WORD and word.isascii()}
    signs = {sign for word in words if not word.isascii() for sign in word}
    return frozenset(long | signs or words)
