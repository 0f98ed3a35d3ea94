"""From an issue to its file and back: compile, write, publish, import."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul
from hauler_tui.errors import HaulError
from hauler_tui.files import read_if_there, write_atomically
from hauler_tui.workflows.catalogue import ImportReport, import_posts, keep_posts
from hauler_tui.workflows.compiling import issue_text, refuse_no_text
from hauler_tui.workflows.drafts import frozen
from hauler_tui.workflows.posts import PostFile, post_of, read_post
from hauler_tui.workflows.reimport import own_slug, remerged

if TYPE_CHECKING:
    from hauler_tui.library.library import Library

_REMEMBERED = "written.json"


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
        held = read_if_there(path)
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
    refuse_no_text(library.hauls.get(slug), text)
    return library.hauls.publish(slug, frozen(library, issue, text), at)


def wrote_before(library: Library, path: Path, held: bytes) -> bool:
    """Whether a file holds just what hauler wrote there, by its memory of checksums."""
    return checksum(held) in _remembered(library).get(str(path), ())


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


def replace_published(library: Library, issue: Haul, text: str, at: datetime) -> None:
    """Let a published issue be what its file has become, as one step of history."""
    post = post_of(f"{issue.slug}.md", issue.slug, text)
    with library.step("take back", f"edits by hand in {issue.slug}", at=at):
        keep_posts(library, [post], at)


def import_files(
    library: Library,
    paths: Sequence[Path],
    at: datetime,
    show: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[ImportReport, ...]:
    """Read published issues and posts back, a report for each file in the order given.

    A file that cannot be read is reported as refused and stops no other. A series that is not
    known is made after its newest issue among the files; a series in use stays the current one.
    ``show`` is told how many files of how many were read. Raises LibraryError where the library
    cannot be written.
    """
    known = {haul.slug: haul for haul in library.hauls.all()}
    taken: dict[str, Path] = {}
    outcomes: list[PostFile | ImportReport] = []
    for done, path in enumerate(paths):
        show(done, len(paths))
        try:
            post = read_post(path, partial(own_slug, library))
            if post.slug in taken:
                raise HaulError(f"{taken[post.slug]} has the slug {post.slug} too, and was taken")
            if post.slug in known:
                post = remerged(library, post, known[post.slug])
        except HaulError as error:
            outcomes.append(ImportReport(file=str(path), refusal=error.message))
        else:
            taken[post.slug] = path
            outcomes.append(post)
    posts = [one for one in outcomes if isinstance(one, PostFile)]
    reports = import_posts(library, posts, at) if posts else {}
    return tuple(one if isinstance(one, ImportReport) else reports[one.slug] for one in outcomes)
