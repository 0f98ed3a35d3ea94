"""A post's file as read back: what it says about its issue, before the library is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.haul import Series
from hauler_tui.domain.identity import aliases
from hauler_tui.domain.numbering import folded, number_in, subtitled_number
from hauler_tui.domain.text import clean_line, clean_text
from hauler_tui.errors import HaulError, UnreadableError
from hauler_tui.workflows.drafts import slug_pattern

if TYPE_CHECKING:
    from hauler_tui.haul.intake import Intake
    from hauler_tui.haul.model import Document

KnownSlug: TypeAlias = "Callable[[Path, Document], str | None]"
"""What may know the slug of the post in a file."""
MOST_BYTES = 20 * 1024 * 1024
"""A larger file is not read back."""

_LINE_END = re.compile(rb"\r\n?|\n")
_DATED = re.compile(r"\d{4}-\d\d-\d\d-(?=.)")
"""How Jekyll's file names begin (https://jekyllrb.com/docs/posts/#creating-posts)."""
_LATEST = 4
"""How many issues before the newest tell how the cards of a series look."""
_SUFFIXES = (".md", ".markdown", ".mdx", ".txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostFile:
    """One file of a blog's posts folder, read and parsed."""

    name: str
    """The path as it was given."""
    slug: str
    text: str
    """The file, character for character, or what it became merged with what is known."""
    closing: str
    """What stands below its last note."""
    front: Mapping[str, object]
    """The values of its front matter in their order."""
    is_toml: bool
    """Whether its front matter is TOML."""
    intake: Intake
    path: Path | None = None
    """Where the file is; None for a text that was in none."""
    held: str = ""
    """The file as it is."""

    @property
    def title(self) -> str:
        """The title it has, else the slug."""
        return self.intake.title or self.slug

    def entries(self) -> tuple[Entry, ...]:
        """What each card says of its work, in the order of the cards.

        The works appeared before the issue did: they are listed under its date, not as today's.
        """
        return tuple(
            entry_of(
                card.link,
                card.title,
                card.abstract,
                f"{self.slug}, card {place}",
                self.intake.published_at,
            )
            for place, card in enumerate(self.intake.cards, start=1)
        )


def read_post(path: Path, known_slug: KnownSlug = lambda path, document: None) -> PostFile:
    """Read a file; ``known_slug`` may know its slug. Raises HaulError without the path."""
    text = read_text(path)
    refuse_conflict_marks(text)
    return post_of(str(path), partial(known_slug, path), text, path=path.resolve())


def refuse_conflict_marks(text: str) -> None:
    """Raise UnreadableError for a file in which a git conflict was left: it is two texts."""
    from hauler_tui.haul.conflictmarks import conflict_marks

    for at in conflict_marks(text):
        line = 1 + len(_LINE_END.findall(text[:at].encode()))
        raise UnreadableError(f"a git conflict was left in line {line}", line=line)


def post_of(
    name: str,
    slug: str | Callable[[Document], str | None],
    text: str,
    path: Path | None = None,
) -> PostFile:
    """What a file with this text says; where its slug is not known, its own is read.

    Raises HaulError where it has none.
    """
    from hauler_tui.haul.check import unclosed
    from hauler_tui.haul.intake import from_document
    from hauler_tui.haul.parse import parse

    document = parse(text)
    intake = from_document(document)
    if intake.published_at is None:
        intake = replace(intake, published_at=date_in_name(Path(name)))
    told = {warning.partition(":")[0] for warning in intake.warnings}
    cut = (one for one in unclosed(document) if one.partition(":")[0] not in told)
    return PostFile(
        name=name,
        slug=slug if isinstance(slug, str) else slug(document) or slug_of(Path(name), document),
        text=text,
        closing=document.tail.lstrip("\r\n"),
        front=document.front.values if document.front else {},
        is_toml=document.front is not None and document.front.is_toml,
        intake=replace(intake, warnings=(*intake.warnings, *cut)),
        path=path,
        held=text,
    )


_FOLDER = "it is a folder; notes in it are read with: hauler import --notes FOLDER"


def read_text(path: Path) -> str:
    """The text of a file. Raises UnreadableError with the reason, without the path."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise UnreadableError(_FOLDER if path.is_dir() else "it is not a file")
        if size > MOST_BYTES:
            raise UnreadableError(f"it is larger than {MOST_BYTES // 1024**2} MB ({size:,} bytes)")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error
    return text_in(data)


def text_in(data: bytes) -> str:
    """The text that a file holds. Raises UnreadableError with the reason."""
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"it is larger than {MOST_BYTES // 1024**2} MB ({len(data):,} bytes)")
    if not data.strip():
        raise UnreadableError("it is empty")
    if b"\0" in data:
        line = 1 + len(_LINE_END.findall(data, 0, data.index(b"\0")))
        raise UnreadableError(f"it is not text: a NUL byte in line {line}", line=line)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = 1 + len(_LINE_END.findall(data, 0, error.start))
        raise UnreadableError(
            f"it is not UTF-8 text: byte 0x{data[error.start]:02x} at offset {error.start}"
            f" in line {line}",
            line=line,
        ) from error


def slug_of(path: Path, document: Document | None = None) -> str:
    """The slug of the post in a file.

    Its front matter's, else the folder of an ``index`` file, else the file's name. Raises HaulError
    with the reason, without the path.
    """
    named = document.front.values.get("slug") if document is not None and document.front else None
    if isinstance(named, str) and (slug := clean_line(named.strip("/").rpartition("/")[2])):
        return slug
    stem = path.stem if path.suffix.lower() in _SUFFIXES else path.name
    # Hugo's page bundles: https://gohugo.io/content-management/page-bundles/
    if stem in ("index", "_index") and stem != path.name:
        stem = path.absolute().parent.name or stem
    slug = clean_line(stem)
    if not slug:
        raise HaulError("its name cannot be the slug of an issue")
    return slug


def date_in_name(path: Path) -> datetime | None:
    """The day with which a file's name begins, as Jekyll has it, or its folder's; else None."""
    from hauler_tui.haul.dates import read_date

    for name in (path.name, path.parent.name if path.stem in ("index", "_index") else ""):
        if found := _DATED.match(name):
            return read_date(found[0].rstrip("-"))
    return None


def entry_of(
    link: str, title: str, abstract: str, otherwise: str, published: datetime | None = None
) -> Entry:
    """What a card says of its work; one that says nothing is known as ``otherwise``."""
    title, abstract = clean_line(title), clean_text(abstract)
    names = aliases(link=link, title=title, abstract=abstract)
    return Entry(
        title=title,
        link=clean_line(link, 2000),
        aliases=names or aliases(title=otherwise),
        abstract=abstract,
        published=published,
        origin="card",
    )


class Recognising:
    """Tells issues by the title patterns of some series, each read once."""

    def __init__(self, series: Iterable[Series]) -> None:
        self._series = tuple(series)
        self._longest_first = sorted(self._series, key=lambda one: -len(one.title))

    def recognised(self, title: str) -> tuple[Series, int] | None:
        """The series whose title pattern a title follows, and the number there.

        The first that it follows to the end, else the one it has most in common with.
        """
        if found := self.exactly(title):
            return found
        for series in self._longest_first:
            number = subtitled_number(title, series.title)
            if number is not None:
                return series, number
        return None

    def exactly(self, title: str) -> tuple[Series, int] | None:
        """The first series whose title pattern a title follows to the end, and the number there."""
        for series in self._series:
            number = number_in(title, series.title)
            if number is not None:
                return series, number
        return None

    def has_pattern(self, pattern: str) -> bool:
        """Whether a series among them has a title pattern."""
        return any(folded(series.title) == folded(pattern) for series in self._series)

    def has(self, series_id: int | None) -> bool:
        """Whether a series is among them."""
        return any(series.id == series_id for series in self._series)


def like(pattern: str, newest: PostFile, others: Iterable[PostFile]) -> Series:
    """A series whose new issues look like ``newest``, with a title pattern; its id is 0.

    The snippet's phrase comes from the newest of all that states the number of its cards.
    """
    from hauler_tui.haul import frontkeys
    from hauler_tui.workflows import manner

    posts = tuple(others)
    phrases = (_phrase(post) for post in (newest, *posts))
    blank = Series(id=0, title=pattern, slug=_slug_pattern(pattern, (newest, *posts)))
    latest = [post.intake for post in (newest, *posts[:_LATEST])]
    front = frontkeys.like(newest.front, (post.front for post in posts))
    return replace(
        blank,
        front=front,
        toml=newest.is_toml,
        heading="title" not in newest.front,
        file=_file_pattern(newest),
        lanes=_lane_names(newest),
        cards_lane=_cards_lane(newest),
        closing=newest.closing.replace("\r\n", "\n"),
        order=manner.card_order(latest),
        abstract_length=manner.abstract_length(latest, blank.abstract_length),
        tags=newest.intake.tags,
        snippet=next(filter(None, phrases), blank.snippet),
    )


def _slug_pattern(title: str, posts: Sequence[PostFile]) -> str:
    """How the slugs of issues are formed, the newest first.

    One whose title goes on behind the series' pattern may have a slug that goes on too.
    """
    found = [each for post in posts if (each := _numbered_slug(post, title))]
    plain = (each for post, each in found if number_in(post.title, title) is not None)
    shared = next(plain, "") or _common([each for _, each in found])
    return shared or slug_pattern(title)


def _numbered_slug(post: PostFile, title: str) -> tuple[PostFile, str] | None:
    number = number_in(post.title, title) or subtitled_number(post.title, title)
    slug = _DATED.sub("", post.slug)
    places = list(re.finditer(rf"(?<!\d)0*{number}(?!\d)", slug))
    if not places or "{n}" in slug:
        return None
    return post, f"{slug[: places[-1].start()]}{{n}}{slug[places[-1].end() :]}"


def _common(patterns: Sequence[str]) -> str:
    """What slug patterns have in common: all of one, or what stands before the number."""
    ends = {pattern.partition("{n}")[2] for pattern in patterns}
    before = {pattern.partition("{n}")[0] for pattern in patterns}
    if len(before) > 1 or not patterns:
        return ""
    is_shared = len(patterns) > 1 and len(ends) == 1
    return patterns[0] if is_shared else f"{before.pop()}{{n}}"


def _file_pattern(post: PostFile) -> str:
    path = Path(post.name)
    if path.stem == "index":
        return f"{{slug}}/{path.name}"
    return (
        f"{{date}}-{{slug}}{path.suffix}" if _DATED.match(path.name) else f"{{slug}}{path.suffix}"
    )


def _lane_names(post: PostFile) -> tuple[str, ...]:
    """The headings in their order, and one for cards where the post has none."""
    names = [lane.name for lane in post.intake.lanes if lane.name]
    if not _cards_lane(post):
        names.append("Papers" if names else "")
    return tuple(dict.fromkeys(names))


def _cards_lane(post: PostFile) -> str:
    """The heading with most cards below it, the last of equal ones; empty without one."""
    counts = Counter(card.lane for card in post.intake.cards if card.lane)
    names = dict.fromkeys(lane.name for lane in reversed(post.intake.lanes) if lane.name)
    return max(names, key=lambda name: counts[name], default="") if counts else ""


def _phrase(post: PostFile) -> str:
    count = len(post.intake.cards)
    if count == 1:
        return ""  # "1 new paper" does not tell the plural
    phrase, found = re.subn(rf"\b{count}\b", "{count}", post.intake.snippet or "", count=1)
    return phrase if found else ""
