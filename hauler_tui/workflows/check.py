"""The preflight of files and issues, with everything that the library knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul
from hauler_tui.errors import HaulError, UnreadableError
from hauler_tui.files import write_atomically
from hauler_tui.haul.findings import Finding
from hauler_tui.haul.known import Known, KnownIssue, issue_of
from hauler_tui.workflows.draft_check import DraftFinding, draft_findings, open_draft
from hauler_tui.workflows.posts import date_in_name, read_text, slug_of
from hauler_tui.workflows.reimport import own_slug
from hauler_tui.workflows.surroundings import Surroundings

if TYPE_CHECKING:
    from hauler_tui.haul.model import Document
    from hauler_tui.library.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found in a file or an issue."""

    name: str
    """The path as it was given, or the slug."""
    findings: tuple[Finding, ...]
    fixed: tuple[Finding, ...] = ()
    """What was mended in the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A file, or an issue of the library, as it is checked."""

    name: str
    text: str
    document: Document
    itself: KnownIssue


def check_files(
    library: Library | None, paths: Iterable[Path], *, is_fixing: bool = False
) -> tuple[Checked, ...]:
    """Check files, which know each other, against what a library knows.

    With ``is_fixing`` what is mechanical is mended in place, atomically. A file that cannot be
    read is a finding. Raises HaulError for a file that cannot be written.
    """
    posts: dict[Path, Post] = {}
    outcomes: list[Path | Checked] = []
    for path in dict.fromkeys(paths):
        try:
            posts[path] = _post(str(path), partial(_slug, library, path), read_text(path))
            outcomes.append(path)
        except HaulError as error:
            line = error.line if isinstance(error, UnreadableError) else 1
            finding = Finding(code="unreadable", message=error.message, line=line, file=str(path))
            outcomes.append(Checked(name=str(path), findings=(finding,)))
    world = Surroundings(library, [post.itself for post in posts.values()])
    return tuple(
        one if isinstance(one, Checked) else _check_file(world, one, posts[one], is_fixing)
        for one in outcomes
    )


def check_issue(library: Library, slug: str) -> Checked:
    """Check an issue of the library: an open one as it is compiled now. Raises UnknownKeyError."""
    issue = library.hauls.get(slug)
    if issue.state == "open":
        findings = tuple(one.finding for one in draft_findings(open_draft(library, issue)))
    else:
        post = read_issue(issue)
        found = issue_findings(post, known_around(library, post), issue)
        findings = tuple(one.finding for one in found)
    return Checked(name=slug, findings=_named(findings, slug))


def read_issue(issue: Haul) -> Post:
    """The file of a published issue, parsed; may run in any thread. Raises UnreadableError."""
    return _post(issue.slug, lambda document: issue.slug, issue.text or "")


def known_around(library: Library, post: Post) -> Known:
    """What a library knows around a post; to be called in the thread of the library."""
    return Surroundings(library, ()).known(post.itself, post.document)


def issue_findings(post: Post, known: Known, issue: Haul) -> tuple[DraftFinding, ...]:
    """Check a published issue; may run in any thread."""
    from hauler_tui.haul.check import check_document

    # The cards of a published issue stand in the order of its file.
    items = [card.item_id for card in issue.cards]
    return tuple(
        DraftFinding(
            finding=finding,
            item_id=items[finding.card]
            if (finding.card or 0) < len(items) and finding.card is not None
            else None,
        )
        for finding in check_document(post.document, known)
    )


def _check_file(world: Surroundings, path: Path, post: Post, is_fixing: bool) -> Checked:
    from hauler_tui.haul.check import check_document, check_text
    from hauler_tui.haul.fix import mend

    known = world.known(post.itself, post.document)
    if not is_fixing:
        findings = check_document(post.document, known)
        return Checked(name=post.name, findings=_named(findings, post.name))
    mended = mend(post.text, lambda text: check_text(text, known))
    if mended.text != post.text:
        try:
            write_atomically(path.resolve(), mended.text.encode())
        except OSError as error:
            raise HaulError(f"cannot write {path}: {error.strerror or error}") from error
    return Checked(
        name=post.name,
        findings=_named(mended.left, post.name),
        fixed=_named(mended.fixed, post.name),
    )


def _slug(library: Library | None, path: Path, document: Document) -> str:
    own = own_slug(library, path, document) if library is not None else None
    return own or slug_of(path, document)


def _post(name: str, slug: Callable[[Document], str], text: str) -> Post:
    from hauler_tui.haul.parse import parse

    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise UnreadableError(f"it is not text: a NUL byte in line {line}", line=line)
    document = parse(text)
    itself = issue_of(slug(document), document)
    if itself.published_at is None:
        itself = replace(itself, published_at=date_in_name(Path(name)))
    return Post(name=name, text=text, document=document, itself=itself)


def _named(findings: Iterable[Finding], name: str) -> tuple[Finding, ...]:
    return tuple(replace(finding, file=name) for finding in findings)
