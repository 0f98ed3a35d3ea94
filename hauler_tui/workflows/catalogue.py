"""A back catalogue taken in: the issues of several series, and posts, as one step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.haul import Card, Haul
from hauler_tui.domain.numbering import shared_patterns
from hauler_tui.workflows.drafts import owning
from hauler_tui.workflows.posts import PostFile, Recognising, like
from hauler_tui.workflows.reimport import reread

if TYPE_CHECKING:
    from hauler_tui.library.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What was read from one file."""

    file: str
    kind: Literal["haul", "post"] = "post"
    slug: str = ""
    title: str = ""
    number: int | None = None
    cards: int = 0
    lanes: int = 0
    warnings: tuple[str, ...] = ()
    refusal: str | None = None
    """Why nothing was made of the file; None when it was read."""


def import_posts(
    library: Library, posts: Sequence[PostFile], at: datetime
) -> dict[str, ImportReport]:
    """Take files in as one step of history, making the series they need; reports by slug.

    Undoing it hides again the works that only these files brought. No two posts may have one slug.
    A series in use stays the current one.
    """
    was_current = library.hauls.current()
    about = posts[0].slug if len(posts) == 1 else f"{len(posts)} files"
    unseen = library.retention.take_in_hidden(_entries(_published(library, posts)), at)
    with library.step("import", f"import {about}", at=at):
        library.retention.show(unseen)
        known = _with_series(library, posts, at)
        reports = _keep(library, posts, at)
    if was_current is None:
        found = [
            (post.intake.published_at, match)
            for post in posts
            if (match := known.recognised(post.title))
        ]
        oldest = datetime.min.replace(tzinfo=UTC)
        if found:
            _, (series, _) = max(found, key=lambda one: (one[0] or oldest, one[1][1]))
            library.hauls.use(series.id, at)
    return reports


def keep_posts(
    library: Library, posts: Sequence[PostFile], at: datetime
) -> dict[str, ImportReport]:
    """Take files in, inside the caller's step; reports by slug."""
    if entries := _entries(_published(library, posts)):
        library.items.absorb(entries, feed_id=None, at=at)
    return _keep(library, posts, at)


def _published(library: Library, posts: Sequence[PostFile]) -> list[PostFile]:
    """The files that are of no open issue."""
    drafts = {haul.slug for haul in library.hauls.all() if haul.state == "open"}
    return [post for post in posts if post.slug not in drafts]


def _entries(posts: Iterable[PostFile]) -> list[Entry]:
    return [entry for post in posts for entry in post.entries()]


def _keep(library: Library, posts: Sequence[PostFile], at: datetime) -> dict[str, ImportReport]:
    """Take files in whose works the library has, inside the caller's step."""
    before = {haul.slug: haul for haul in library.hauls.all()}
    drafts = {slug: haul for slug, haul in before.items() if haul.state == "open"}
    known = Recognising(library.hauls.series())
    reports: dict[str, ImportReport] = {}
    for post in posts:
        if draft := drafts.get(post.slug):
            reread(library, post, draft, at)
            reports[post.slug] = _report(post, draft.number, is_haul=True)
    published = [post for post in posts if post.slug not in drafts]
    named = _numbered(before.values())
    hauls: list[Haul] = []
    for post, cards in zip(published, _cards(library, published), strict=True):
        haul = _haul(post, before.get(post.slug), known, cards)
        hauls.append(haul)
        same = named.setdefault((haul.series_id, haul.number), [])
        others = [slug for slug in same if slug != post.slug and haul.series_id is not None]
        same.append(post.slug)
        reports[post.slug] = _report(
            post,
            haul.number,
            *(f"{slug} has the number {haul.number} too" for slug in dict.fromkeys(others)),
            is_haul=bool(haul.cards) or haul.series_id is not None,
        )
    kept = library.hauls.import_issues(hauls, at)
    library.written.read_all(
        [
            (haul.id, str(post.path), post.held)
            for post, haul in zip(published, kept, strict=True)
            if post.path is not None
        ],
        at,
    )
    return reports


def _with_series(library: Library, posts: Sequence[PostFile], at: datetime) -> Recognising:
    """Make the series of the issues that belong to none, each after its newest issue.

    Issues taken in before that belonged to none show one too, and then belong to it.
    """
    known = Recognising(library.hauls.series())
    unknown: dict[str, list[PostFile]] = {}
    numbered = _numbered(library.hauls.all())
    for post in posts:
        match = known.recognised(post.title) if post.intake.cards else None
        # Another issue's number, and words of its own: that may be a series beside the known one.
        is_beside = match is not None and known.exactly(post.title) is None
        others = numbered.get((match[0].id, match[1]), []) if match and is_beside else []
        if post.intake.cards and (match is None or set(others) - {post.slug}):
            unknown.setdefault(post.title, []).append(post)
    if not unknown:
        return known
    named = {post.slug for post in posts}
    alone = [
        haul
        for haul in library.hauls.all()
        if haul.series_id is None
        and haul.state == "published"
        and haul.cards
        and haul.slug not in named
    ]
    for shown in shared_patterns((*unknown, *(haul.title for haul in alone))):
        members = [post for title in shown.titles for post in unknown.get(title, ())]
        if members and not known.has_pattern(shown.pattern):
            series = like(shown.pattern, members[0], members[1:])
            settings = {field.name: getattr(series, field.name) for field in fields(series)}
            del settings["id"]
            library.hauls.add_series(**settings, at=at)
    known = Recognising(library.hauls.series())
    for haul in alone:
        if match := known.recognised(haul.title):
            library.hauls.number(haul.slug, match[0].id, match[1], at)
    return known


def _cards(library: Library, posts: Sequence[PostFile]) -> Iterable[tuple[Card, ...]]:
    """The cards of each post, whose works the library has."""
    found = iter(library.items.lookups([entry.aliases for entry in _entries(posts)]))
    for post in posts:
        cards = []
        for card in post.intake.cards:
            item_id = next(found)
            assert item_id is not None, "an absorbed entry is found by its names"
            cards.append(owning(item_id, card.lane, card, card.below))
        yield tuple(cards)


def _haul(post: PostFile, former: Haul | None, known: Recognising, cards: tuple[Card, ...]) -> Haul:
    """The issue or post in a file; one that lost its title stays in the series it was in."""
    intake = post.intake
    match = known.recognised(post.title)
    series_id = match[0].id if match else None
    number = match[1] if match else intake.number if cards else None
    if match is None and former is not None and known.has(former.series_id):
        series_id, number = former.series_id, former.number
    is_haul = bool(cards) or series_id is not None
    return Haul(
        id=0,
        slug=post.slug,
        series_id=series_id,
        number=number,
        title=post.title,
        state="published",
        published_at=intake.published_at,
        snippet=intake.snippet,
        lanes=intake.all_lanes if is_haul else (),
        cards=cards,
        text=post.text,
    )


def _numbered(hauls: Iterable[Haul]) -> dict[tuple[int | None, int | None], list[str]]:
    found: dict[tuple[int | None, int | None], list[str]] = {}
    for haul in hauls:
        found.setdefault((haul.series_id, haul.number), []).append(haul.slug)
    return found


def _report(post: PostFile, number: int | None, *warnings: str, is_haul: bool) -> ImportReport:
    intake = post.intake
    return ImportReport(
        file=post.name,
        kind="haul" if is_haul else "post",
        slug=post.slug,
        title=post.title,
        number=number,
        cards=len(intake.cards),
        lanes=len(intake.lanes) if is_haul else 0,
        warnings=(*intake.warnings, *warnings),
    )
