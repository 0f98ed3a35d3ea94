"""The follow-up radar: what happened to the works that earlier issues covered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul
from hauler_tui.domain.item import Work
from hauler_tui.domain.news import Following, Happened, Paper, happened
from hauler_tui.domain.tex import to_unicode
from hauler_tui.domain.text import sort_key
from hauler_tui.errors import HaulError, LibraryError
from hauler_tui.workflows.lanes import append_to_lane, link_to_item, markdown_link

if TYPE_CHECKING:
    from hauler_tui.library.library import Library

_MOST_FOLLOWERS = 3
"""Of one covered work, the newest; of people with more than these, a title has to tell."""
_OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that happened to a covered work."""

    item_id: int
    happened: Happened
    slug: str
    """The newest issue that covered it."""
    issue: str
    """That issue's title."""
    follower: int | None = None
    """The later work by the same people."""
    follower_title: str = ""

    @property
    def name(self) -> str:
        """What it is put aside by."""
        follower = self.follower
        return self.happened.name if follower is None else f"{self.happened.name}:{follower}"

    @property
    def sentence(self) -> str:
        """What happened, in a few words."""
        one = self.happened
        match one.kind:
            case "withdrawn":
                return "withdrawn"
            case "replaced":
                return f"now v{one.version}"
            case "published":
                return f"published in {one.journal[:80]}"
            case _:
                return f"followed by “{self.follower_title}”"


class Watch:
    """Finds the news of a library; what did not change since is not looked at again."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._seen: tuple[object, ...] | None = None
        self._news: tuple[News, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether ``news`` answers at once."""
        return self._seen == self._library.radar.position

    def news(self, stop: Callable[[], bool] = lambda: False) -> tuple[News, ...]:
        """Every news that was not put aside, the latest issues first; may run in any thread.

        When ``stop`` says so it ends early with what was known before.
        """
        position = self._library.radar.position
        if self._seen != position:
            found = _Search(self._library).news(stop)
            if stop():
                return self.left()
            self._news, self._seen = found, position
        return self.left()

    def left(self) -> tuple[News, ...]:
        """What was found last and was not put aside."""
        dismissed = self._library.radar.dismissed
        return tuple(one for one in self._news if one.name not in dismissed(one.item_id))


class _Search:
    """One look at everything that is covered."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._issues = {
            haul.slug: haul for haul in library.hauls.all() if haul.state == "published"
        }
        self._texts: dict[str, dict[int, str]] = {}

    def news(self, stop: Callable[[], bool]) -> tuple[News, ...]:
        found: list[News] = []
        papers: list[Paper] = []
        newest: dict[int, Haul] = {}
        for item_id, work in self._library.radar.covered():
            if stop():
                return ()
            issues = [
                issue
                for slug in self._library.hauls.covered(item_id)
                if (issue := self._issues.get(slug))
            ]
            if not issues:
                continue
            newest[item_id] = issue = issues[-1]
            found += [
                News(item_id=item_id, happened=one, slug=issue.slug, issue=issue.title)
                for one in self._happened(item_id, work, issues)
            ]
            if issue.published_at and work.entry.authors:
                papers.append(
                    Paper(
                        id=item_id,
                        date=issue.published_at,
                        title=to_unicode(work.entry.title),
                        authors=work.entry.authors,
                    )
                )
        found += self._followed(papers, newest, stop)
        dates = {slug: issue.published_at or _OLDEST for slug, issue in self._issues.items()}
        found.sort(key=lambda one: (one.slug, sort_key(one.name)))
        found.sort(key=lambda one: dates[one.slug], reverse=True)
        return tuple(found)

    def _happened(self, item_id: int, work: Work, issues: Sequence[Haul]) -> tuple[Happened, ...]:
        since = issues[-1].published_at
        # What the texts tell is asked only where something happened.
        if not happened(work, since, "?"):
            return ()
        told = "\n".join(self._text(issue.slug, item_id) for issue in issues)
        return happened(work, since, told or "?")

    def _text(self, slug: str, item_id: int) -> str:
        texts = self._texts.get(slug)
        if texts is None:
            texts = self._texts[slug] = {}
            try:
                cards = self._library.hauls.get(slug).cards
            except LibraryError:
                cards = ()
            for card in cards:
                words = f"{texts.get(card.item_id, '')}\n{card.text or ''}"
                texts[card.item_id] = words
        return texts.get(item_id, "")

    def _followed(
        self, papers: Sequence[Paper], newest: dict[int, Haul], stop: Callable[[], bool]
    ) -> list[News]:
        following = Following(papers)
        since = following.since
        if since is None:
            return []
        found: dict[int, list[tuple[datetime, News]]] = {}
        alike: dict[int, list[tuple[datetime, News | None]]] = {}
        for later, date, title, authors in self._library.radar.later(since, stop):
            followed = following.followed_by(authors, title, date)
            others = [one for one in following.by_same_people(authors, date) if one not in followed]
            if not (followed or others):
                continue
            is_known = later in newest or self._is_dealt_with(later)
            for paper in (*followed, *others):
                issue = newest[paper.id]
                news = News(
                    item_id=paper.id,
                    happened=Happened(kind="followed", at=date),
                    slug=issue.slug,
                    issue=issue.title,
                    follower=later,
                    follower_title=title,
                )
                if paper in others:
                    alike.setdefault(paper.id, []).append((date, None if is_known else news))
                elif not is_known:
                    found.setdefault(paper.id, []).append((date, news))
        for paper_id, later_ones in alike.items():
            # People who publish all the time follow a paper up only where a title says so.
            if len(later_ones) <= _MOST_FOLLOWERS:
                told = [(date, news) for date, news in later_ones if news is not None]
                found.setdefault(paper_id, []).extend(told)
        return [
            news
            for some in found.values()
            for _, news in sorted(some, key=lambda one: one[0])[-_MOST_FOLLOWERS:]
        ]

    def _is_dealt_with(self, item_id: int) -> bool:
        """Whether the person skipped or muted a work, or has a card for it already."""
        item = self._library.items.get(item_id)
        return not item.is_listed or bool(self._library.hauls.open_with(item_id))


def line_of(library: Library, news: News) -> str:
    """A ready-made line for a prose lane, with links to the work and to the issue.

    Raises UnknownKeyError.
    """
    link = link_to_item(library, news.item_id)
    covered = f"covered in {markdown_link(news.issue, f'/{news.slug}')}"
    one = news.happened
    match one.kind:
        case "withdrawn":
            return f"*Withdrawn*: {link}, {covered}."
        case "replaced":
            return f"*Replaced*: {link}, {covered}: now v{one.version}."
        case "published":
            return f"*Published*: {link}, {covered}: now in {one.journal[:120].rstrip('.')}."
        case _:
            follower = link if news.follower is None else link_to_item(library, news.follower)
            return f"*Followed up*: {follower}, after {link}, {covered}."


def write_line(library: Library, news: News, slug: str, lane: str, at: datetime) -> str:
    """Put the line into a lane of an open issue and the news aside, as one step; the line.

    Raises UnknownKeyError, and LibraryError when the issue is published.
    """
    line = line_of(library, news)
    with library.step("radar", f"news into {lane or 'the introduction'} of {slug}", at=at):
        append_to_lane(library, slug, lane, line, at)
        library.radar.dismiss(news.item_id, [news.name], at)
    return line


def prose_lane(issue: Haul, name: str | None = None) -> str:
    """The lane a line goes to: the named one, else the first with a heading and no cards.

    Raises HaulError for a lane that is not there.
    """
    if name is not None:
        for lane in issue.lanes:
            if lane.name.casefold() == name.casefold():
                return lane.name
        raise HaulError(
            f"{issue.slug} has no lane “{name[:80]}”",
            f"`hauler lane {issue.slug} NAME --text T` makes one",
        )
    prose = (lane.name for lane in issue.lanes if lane.name and not lane.holds_cards)
    return next(prose, "Comments")


def dismiss(library: Library, news: Iterable[News], at: datetime) -> None:
    """Put news aside, as one step of history."""
    some = tuple(news)
    about = "put news aside" if len(some) == 1 else f"put {len(some)} news aside"
    with library.step("dismiss", about, at=at):
        for one in some:
            library.radar.dismiss(one.item_id, [one.name], at)
