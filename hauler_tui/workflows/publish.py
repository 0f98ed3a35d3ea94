"""From an issue to its file and back: compile, write, publish, import."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hauler_tui.domain.haul import Haul, Series
from hauler_tui.errors import HaulError
from hauler_tui.files import write_atomically
from hauler_tui.workflows.compiling import issue_text
from hauler_tui.workflows.drafts import frozen, owning
from hauler_tui.workflows.posts import PostFile, like, post_of, read_post, recognised
from hauler_tui.workflows.reimport import remerged, reread

if TYPE_CHECKING:
    from hauler_tui.library.library import Library

_REMEMBERED = "written.json"
_NO_TEMPLATE = "“hauler series edit ID --template ''” writes it without a template"


def compile_text(library: Library, slug: str) -> str:
    """An issue or post as Markdown: a published one character for character.

    Raises UnknownKeyError.
    """
    return issue_text(library, library.hauls.get(slug))


def write_file(library: Library, path: Path, text: str) -> Path:
    """Write a text that is no issue to ``path`` atomically, and remember what was written.

    A file that somebody else changed or made since is left alone, unless it holds just this text.
    A device or a pipe just gets the text. Raises HaulError, with a hint, for such a file and for
    a place that cannot be written.
    """
    path = path.absolute()
    data = text.encode()
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            path.write_bytes(data)
            return path
        path = path.resolve()
        held = _held(path)
        remembered = _remembered(library)
        known = remembered.get(str(path), ())
        if held is not None and held != data and checksum(held) not in known:
            raise HaulError(
                f"{path} was changed since hauler wrote it, or was never its own",
                f"nothing was written; name another file: -o {path.with_stem(f'{path.stem}-new')}",
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        # The hash is kept before the file changes: a crash in between leaves a file that is
        # known by the hash before.
        before = (checksum(held),) if held is not None else ()
        remembered[str(path)] = tuple(dict.fromkeys((checksum(data), *before)))
        # Who only reads a library may still write an issue elsewhere: a file of which nothing is
        # remembered is left alone the next time, which is the careful side.
        with contextlib.suppress(OSError):
            _remember(library, remembered)
        if held != data:
            write_atomically(path, data)
    except OSError as error:
        place = error.filename if error.filename else path
        raise HaulError(
            f"cannot write {place}: {error.strerror or error}", "name another file with -o FILE"
        ) from error
    return path


def publish_issue(library: Library, slug: str, at: datetime) -> Haul:
    """Close an open issue: its cards keep the texts they have now, for good.

    Raises UnknownKeyError, and HaulError when it is published already.
    """
    issue = library.hauls.get(slug)
    if issue.state == "published":
        raise HaulError(f"{slug} is published already", "“hauler hauls new” begins the next issue")
    issue = replace(issue, published_at=issue.published_at or at)
    text = issue_text(library, replace(issue, state="published"))
    return library.hauls.publish(slug, frozen(library, issue, text), at)


def wrote_before(library: Library, path: Path, held: bytes) -> bool:
    """Whether a file holds just what hauler wrote there, by its memory of checksums."""
    return checksum(held) in _remembered(library).get(str(path), ())


def _held(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def checksum(data: bytes) -> str:
    """What tells one content of a file from another."""
    return hashlib.sha256(data).hexdigest()


def _remembered(library: Library) -> dict[str, tuple[str, ...]]:
    try:
        kept = json.loads((library.directory / _REMEMBERED).read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    if not isinstance(kept, dict):
        return {}
    return {
        name: tuple(map(str, hashes)) for name, hashes in kept.items() if isinstance(hashes, list)
    }


def _remember(library: Library, written: Mapping[str, Sequence[str]]) -> None:
    data = json.dumps({name: list(hashes) for name, hashes in written.items()}, indent=1)
    write_atomically(library.directory / _REMEMBERED, data.encode() + b"\n", mode=0o600)


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


def replace_published(library: Library, issue: Haul, text: str, at: datetime) -> None:
    """Let a published issue be what its file has become, as one step of history."""
    post = post_of(f"{issue.slug}.md", issue.slug, text)
    with library.step("take back", f"edits by hand in {issue.slug}", at=at):
        _import(library, post, library.hauls.series(), at)


def import_files(library: Library, paths: Sequence[Path], at: datetime) -> tuple[ImportReport, ...]:
    """Read published issues and posts back, a report for each file in the order given.

    A file that cannot be read is reported as refused and stops no other. A series that is not
    known is made after its newest issue among the files; a series in use stays the current one.
    Raises LibraryError where the library cannot be written.
    """
    known = {haul.slug: haul for haul in library.hauls.all()}
    taken: set[str] = set()
    outcomes: list[PostFile | ImportReport] = []
    for path in paths:
        try:
            post = read_post(path)
            if post.slug in taken:
                raise HaulError(f"another of these files has the slug {post.slug}")
            if post.slug in known:
                post = remerged(library, post, known[post.slug])
        except HaulError as error:
            outcomes.append(ImportReport(file=str(path), refusal=error.message))
        else:
            taken.add(post.slug)
            outcomes.append(post)
    posts = [one for one in outcomes if isinstance(one, PostFile)]
    reports = _import_all(library, posts, at) if posts else {}
    return tuple(one if isinstance(one, ImportReport) else reports[one.slug] for one in outcomes)


def _import_all(
    library: Library, posts: Sequence[PostFile], at: datetime
) -> dict[str, ImportReport]:
    was_current = library.hauls.current()
    about = posts[0].slug if len(posts) == 1 else f"{len(posts)} files"
    with library.step("import", f"import {about}", at=at):
        _add_series(library, posts, at)
        known = library.hauls.series()
        reports = {post.slug: _import(library, post, known, at) for post in posts}
    if was_current is None:
        found = [
            (post.intake.published_at, match)
            for post in posts
            if (match := recognised(post, known))
        ]
        oldest = datetime.min.replace(tzinfo=UTC)
        if found:
            _, (series, _) = max(found, key=lambda one: (one[0] or oldest, one[1][1]))
            library.hauls.use(series.id, at)
    return reports


def _add_series(library: Library, posts: Sequence[PostFile], at: datetime) -> None:
    """Make the series of the issues that belong to none, each after its newest issue."""
    groups: dict[str, list[PostFile]] = {}
    for post in posts:
        if post.intake.cards and post.pattern and not recognised(post, library.hauls.series()):
            groups.setdefault(post.pattern, []).append(post)
    for group in groups.values():
        newest, *others = sorted(group, key=lambda post: post.intake.number or 0, reverse=True)
        if not recognised(newest, library.hauls.series()):
            series = like(newest, others)
            settings = {field.name: getattr(series, field.name) for field in fields(series)}
            del settings["id"]
            library.hauls.add_series(**settings, at=at)


def _import(
    library: Library, post: PostFile, known: Sequence[Series], at: datetime
) -> ImportReport:
    intake = post.intake
    former = library.hauls.find(post.slug)
    if former is not None and former.state == "open":
        reread(library, post, former, at)
        return _report(post, former.number, is_haul=True)
    series, number = recognised(post, known) or (None, intake.number if intake.cards else None)
    if series is None and former is not None and former.series_id is not None:
        series = next((each for each in known if each.id == former.series_id), None)
        number = former.number
    entries = post.entries()
    library.items.absorb(entries, feed_id=None, at=at)
    cards = []
    for entry, card in zip(entries, intake.cards, strict=True):
        item_id = library.items.lookup(entry.aliases)
        assert item_id is not None, "an absorbed entry is found by its names"
        cards.append(owning(item_id, card.lane, card, card.below))
    is_haul = bool(cards) or series is not None
    same_number = [
        haul.slug
        for haul in library.hauls.all()
        if series is not None
        and (haul.series_id, haul.number) == (series.id, number)
        and haul.slug != post.slug
    ]
    haul = library.hauls.import_issue(
        Haul(
            id=0,
            slug=post.slug,
            series_id=series.id if series else None,
            number=number,
            title=post.title,
            state="published",
            published_at=intake.published_at,
            snippet=intake.snippet,
            lanes=intake.all_lanes if is_haul else (),
            cards=tuple(cards),
            text=post.text,
        ),
        at,
    )
    if post.path is not None:
        library.written.read(haul.id, str(post.path), post.held, at)
    return _report(
        post,
        number,
        *(f"{slug} has the number {number} too" for slug in same_number),
        is_haul=is_haul,
    )


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
