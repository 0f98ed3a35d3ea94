"""What happened to a work since somebody wrote about it, and which later work follows it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from hauler_tui.domain.identity import arxiv_id
from hauler_tui.domain.item import Work
from hauler_tui.domain.query_terms import is_withdrawn, tokens

NewsKind: TypeAlias = Literal["withdrawn", "replaced", "published", "followed"]

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SHORTEST_WORD = 4
_MOST_AUTHORS = 30
"""Of a longer list nobody in particular goes on with the work."""
_COMMON_FROM = 3
_COMMON_PART = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that a text about a work does not tell."""

    kind: NewsKind
    version: int | None = None
    """The newest version of a replaced preprint."""
    at: datetime | None = None
    """When it was heard of, where that is known."""
    journal: str = ""
    """Where a preprint was published, on one line."""

    @property
    def name(self) -> str:
        """What tells it from other news of its work: another version is other news."""
        return f"{self.kind}:{self.version}" if self.kind == "replaced" else self.kind


def happened(work: Work, since: datetime | None, text: str) -> tuple[Happened, ...]:
    """What happened to a work after ``since`` that ``text`` does not tell.

    Withdrawn, else a newer version and a journal. A version that was only heard of later is no
    news, and neither is a journal whose year is before ``since``.
    """
    return tuple(_happened(work, since, text))


def _happened(work: Work, since: datetime | None, text: str) -> Iterator[Happened]:
    entry = work.entry
    if is_withdrawn(entry):
        if "withdr" not in text.lower():
            yield Happened(kind="withdrawn")
        return
    newer = [one for one in work.versions if one.number > 1 and since and one.seen_at > since]
    if newer and since and _was_replaced(work, since):
        yield Happened(kind="replaced", version=newer[-1].number, at=newer[-1].seen_at)
    journal = " ".join((entry.journal or "").split())
    if journal and arxiv_id(entry.link) and text.strip():
        name = journal.split(",")[0].rstrip("0123456789 ().:")
        years = [int(year) for year in _YEAR.findall(journal)]
        is_old = since is not None and years and max(years) < since.year
        if name.lower() not in text.lower() and not is_old:
            yield Happened(kind="published", journal=journal)


def _was_replaced(work: Work, since: datetime) -> bool:
    """Whether the newer version came later, and was not only heard of later.

    Somebody who looks an old preprint up hears of a fifth version that may be years old.
    """
    newest = max(work.versions, key=lambda one: one.number)
    return any(one.seen_at < newest.seen_at for one in work.versions) or any(
        seen.announce in ("replace", "replace-cross") and seen.seen_at > since
        for seen in work.sightings
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A work as following is told by: who wrote it, when, and what it is called."""

    id: int
    date: datetime
    title: str
    authors: tuple[str, ...]


class Following:
    """Finds later works of the same people on the same subject as some papers.

    A later work follows a paper when it came after ``date``, the paper's first author is among its
    authors with at least one more of the paper's, and the two titles share a word that is rare
    among the titles of all those papers. One paper by two people in one field is no sign yet; the
    shared rare word is what makes it one.
    """

    def __init__(self, papers: Iterable[Paper]) -> None:
        told = [paper for paper in papers if 1 < len(paper.authors) <= _MOST_AUTHORS]
        self._by_first: dict[str, list[Paper]] = {}
        for paper in told:
            self._by_first.setdefault(paper.authors[0], []).append(paper)
        self._words: Mapping[int, frozenset[str]] = {
            paper.id: frozenset(words_of(paper.title)) for paper in told
        }
        counts = Counter(word for words in self._words.values() for word in words)
        most = max(_COMMON_FROM, int(len(told) * _COMMON_PART))
        self._common = frozenset(word for word, count in counts.items() if count > most)

    @property
    def since(self) -> datetime | None:
        """The date after which the first of them can be followed; None where there is none."""
        return min((p.date for some in self._by_first.values() for p in some), default=None)

    def followed_by(self, authors: Sequence[str], title: str, date: datetime) -> list[Paper]:
        """The papers that a later work follows."""
        if self._by_first.keys().isdisjoint(authors) or len(authors) > _MOST_AUTHORS:
            return []
        mine = set(authors)
        words: frozenset[str] | None = None
        found = []
        for author in mine:
            for paper in self._by_first.get(author, ()):
                if paper.date < date and not mine.isdisjoint(paper.authors[1:]):
                    words = words_of(title) - self._common if words is None else words
                    if not words.isdisjoint(self._words[paper.id]):
                        found.append(paper)
        return found

    def by_same_people(self, authors: Sequence[str], date: datetime) -> list[Paper]:
        """The papers all of whose authors wrote a later work, with half as many others at most.

        Whatever it is about: it is for the caller to see whether they write one every week.
        """
        if self._by_first.keys().isdisjoint(authors) or len(authors) > _MOST_AUTHORS:
            return []
        mine = set(authors)
        return [
            paper
            for author in authors
            for paper in self._by_first.get(author, ())
            if paper.date < date
            and mine.issuperset(paper.authors)
            and len(mine) * 2 <= len(paper.authors) * 3
        ]


def words_of(title: str) -> frozenset[str]:
    """The words of a title that can say what it is about."""
    return frozenset(word for word in tokens(title) if len(word) >= _SHORTEST_WORD)
