"""What is known around a post that is checked: its series, other issues, the works it covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from hauler_tui.domain.identity import aliases
from hauler_tui.domain.identity import key as best_alias
from hauler_tui.domain.numbering import base_of, folded
from hauler_tui.domain.urls import names_a_part
from hauler_tui.haul.intake import from_document
from hauler_tui.haul.model import Document

_SAME_MOMENT = timedelta(milliseconds=1)
"""Front matter writes no less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIssue:
    """Another issue, or a post."""

    slug: str
    title: str = ""
    pattern: str = ""
    """What the titles of its series have in common, folded, with ``{n}`` for the number."""
    number: int | None = None
    published_at: datetime | None = None
    works: frozenset[str] = frozenset()
    """What its cards are about, by ``work_of``."""
    keys: tuple[str, ...] = ()
    """The keys of its front matter; empty where they are not known."""
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What its cards call the works of ``works``; empty where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWork:
    """What is known of the work that a card is about."""

    title: str = ""
    """As a feed or the work's own page gives it; empty where neither did."""
    abstract: str = ""
    elsewhere: tuple[str, str] | None = None
    """The slug of an earlier issue that covered it, and what it is called there."""
    covered: tuple[str, ...] = ()
    """Slugs of the earlier issues that covered it."""
    news: tuple[tuple[str, str], ...] = ()
    """What happened to it since: a code of a finding, and the sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Everything a check may lean on beside the text itself."""

    slug: str = ""
    """The slug of the post that is checked."""
    abstract_length: int = 120
    """Most characters of an abstract in the post's series."""
    phrase: str = ""
    """The series' phrase for the snippet, with ``{count}``; empty where it is not known."""
    issues: Sequence[KnownIssue] = ()
    """Every other issue and post."""
    pattern: str = ""
    """What the titles of the post's series have in common; empty where only its title tells."""
    number: int | None = None
    """Its number in the series, where ``pattern`` is known."""
    works: Mapping[str, KnownWork] = field(default_factory=dict)
    """By the link of the card."""
    is_open: bool = False
    """Whether it is an open issue, which has no date yet."""
    is_draft: bool = False
    """Whether it was compiled just now, of texts that may not be read back as they are."""
    hand_ordered: bool = False
    """Whether the person put the cards into an order of their own."""


@lru_cache(maxsize=4096)
def work_of(link: str) -> str:
    """What tells one work from another: the best name that a link gives away; empty without one."""
    names = aliases(link=link) if link.strip() else ()
    if not names:
        return ""
    name = best_alias(names)
    # Two comments on one page are two things.
    return f"{name}#{link.partition('#')[2]}" if _is_part(name, link) else name


def _is_part(name: str, link: str) -> bool:
    return name.startswith("url:") and "#" not in name and names_a_part(link)


def issue_of(slug: str, document: Document) -> KnownIssue:
    """What a post that was read back tells the others of itself."""
    intake = from_document(document)
    pattern, number = base_of(intake.title) if document.cards else ("", None)
    titles = {work: card.title for card in document.cards if (work := work_of(card.link))}
    return KnownIssue(
        slug=slug,
        title=intake.title,
        pattern=folded(pattern),
        number=number,
        published_at=intake.published_at,
        works=frozenset(titles),
        titles=titles,
        keys=tuple(document.front.values) if document.front else (),
    )


def is_copy(issue: KnownIssue, other: KnownIssue) -> bool:
    """Whether two descriptions are of one issue, whatever its file is called."""
    return issue.slug == other.slug or (
        issue.number is not None
        and issue.published_at is not None
        and other.published_at is not None
        and (issue.pattern, issue.number) == (other.pattern, other.number)
        and abs(issue.published_at - other.published_at) < _SAME_MOMENT
    )


def is_earlier(issue: KnownIssue, than: KnownIssue) -> bool:
    """Whether an issue came out before another: by number in one series, else by date.

    What has no date yet is to come; where nothing tells, it counts as earlier.
    """
    if issue.slug == than.slug:
        return False
    numbers = (issue.number, than.number)
    if issue.pattern == than.pattern and numbers[0] and numbers[1] and numbers[0] != numbers[1]:
        return numbers[0] < numbers[1]
    if issue.published_at is None or than.published_at is None:
        return than.published_at is None or issue.published_at is not None
    return issue.published_at < than.published_at
