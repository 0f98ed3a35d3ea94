"""A file read again of an issue that the library has: merged with it, and nothing lost unseen."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul
from hauler_tui.errors import HaulError, LibraryError
from hauler_tui.workflows.compiling import issue_text
from hauler_tui.workflows.posts import PostFile, post_of, slug_of
from hauler_tui.workflows.takeback import take_back

if TYPE_CHECKING:
    from hauler_tui.haul.mergeresult import Merged
    from hauler_tui.haul.model import Document
    from hauler_tui.library.library import Library


def own_slug(library: Library, path: Path, document: Document) -> str | None:
    """The slug of the issue that was written to a file or read from it, whatever it is called.

    None where front matter names or named a slug, and where the file is something else now. Raises
    HaulError for a second file with title and papers of an open issue.
    """
    from hauler_tui.haul.parse import parse

    place = str(path.resolve())
    slug = library.written.slug_at(place)
    if slug is None and not _names_slug(document):
        return _moved_slug(library, path, document)
    if slug is None or _names_slug(document) or slug == slug_of(path, document):
        return None
    issue, base = library.hauls.find(slug), library.written.at(place, "")
    if issue is None or base is None:
        return None
    before, titles = parse(base.text), other_titles(library, issue) - {issue.title}
    is_other = _names_slug(before) or other_haul(titles, issue, before, document)
    return None if is_other else slug


def _moved_slug(library: Library, path: Path, document: Document) -> str | None:
    """The slug of the issue whose file was moved to a path that is not known."""
    from hauler_tui.haul.intake import title_of
    from hauler_tui.haul.parse import parse

    if library.hauls.find(slug_of(path, document)) is not None:
        return None
    title = title_of(document)
    for issue in library.hauls.all() if title else ():
        if issue.title != title:
            continue
        base, places = library.written.latest(issue.id), library.written.places(issue.id)
        before = parse(base.text if base else issue_text(library, issue))
        if _works(before).isdisjoint(_works(document)):
            continue
        if base and not any(os.path.lexists(place) for place in places):
            return None if _names_slug(before) else issue.slug
        if issue.state == "open":
            raise HaulError(
                f"it has the title and papers of the open issue {issue.slug}, and was not written"
                f" from it; “hauler compile {issue.slug} -o FILE” writes that one"
            )
    return None


def _works(document: Document) -> set[str]:
    from hauler_tui.haul.mergesides import work_key

    return {work_key(card.link) for card in document.cards if card.link}


def _names_slug(document: Document) -> bool:
    return document.front is not None and "slug" in document.front.values


def remerged(library: Library, post: PostFile, known: Haul) -> PostFile:
    """A file of an issue that is known, with what changed in the library since.

    An open issue's file stays as it is until ``reread`` takes it in. Raises HaulError where both
    changed one block differently, and for a file of another issue.
    """
    try:
        ours = library.hauls.get(known.slug).text
    except LibraryError:
        return post  # its text is lost, and this file brings it back
    if ours == post.text:
        return post
    _, merged = _merged(library, post, known)
    if known.state == "open" or merged.text == post.text:
        return post
    return replace(post_of(post.name, post.slug, merged.text, post.path), held=post.held)


def reread(library: Library, post: PostFile, issue: Haul, at: datetime) -> None:
    """Bring the edits of an open issue's file back, inside the caller's step."""
    from hauler_tui.haul.edit import with_snippet
    from hauler_tui.haul.merge import merge
    from hauler_tui.haul.parse import parse

    base, merged = _merged(library, post, issue)
    before = issue_text(library, issue)
    take_back(library, issue, merged, parse(before), at)
    # The base takes what came back. What has no place in the library stays an edit of the file,
    # and what is newer here a change that its next writing puts in.
    after = issue_text(library, library.hauls.get(issue.slug))
    agreed = merge(before, after, base, prefer="ours").text
    if "front:snippet" not in merged.from_file:
        agreed = with_snippet(agreed, base)
    library.written.read(issue.id, str(post.path), agreed, at)


def _merged(library: Library, post: PostFile, known: Haul) -> tuple[str, Merged]:
    from hauler_tui.haul.merge import merge
    from hauler_tui.haul.parse import parse
    from hauler_tui.workflows.noteclash import note_conflicts, notes_met

    issue = library.hauls.get(known.slug)
    ours = issue_text(library, issue)
    here = library.written.at(str(post.path), "")
    if here is not None and here.haul_id != issue.id:
        here = None
    latest = here or library.written.latest(issue.id)
    if latest is None and issue.state == "open":
        raise HaulError(
            f"an open issue has the slug {issue.slug}, and this file was not written from it"
        )
    base = ours if latest is None else latest.text
    theirs = parse(post.text)
    if issue.state == "open":
        refuse_unreadable_front(None, theirs)
    titles = other_titles(library, issue)
    if other := other_haul(titles, issue, parse(base), theirs, is_same_place=here is not None):
        raise HaulError(f"the slug {issue.slug} is that of “{issue.title}”, and this is {other}")
    merged = merge(base, ours, post.text)
    if issue.state == "open":
        merged = note_conflicts(notes_met(library, issue, merged), merged, {}, None)
    if merged.conflicts:
        named = ", ".join(each.label for each in merged.conflicts[:5])
        raise HaulError(
            f"{named} changed in the file and in the library; “hauler compile {issue.slug} -o"
            f" {post.name} --ours” or “--theirs” decides"
        )
    return base, merged


def refuse_unreadable_front(path: Path | None, document: Document) -> None:
    """Raise HaulError for a file whose front matter cannot be read: nothing of it can be merged."""
    front = document.front
    if front is not None and front.problem:
        place = f"{path}:{front.problem_line}: " if path else ""
        raise HaulError(
            f"{place}the front matter cannot be read: {front.problem}",
            "nothing was written; mend it in the file, and try again",
        )


def other_titles(library: Library, issue: Haul) -> frozenset[str]:
    """The titles of all issues but this one."""
    return frozenset(each.title for each in library.hauls.all() if each.id != issue.id)


def other_haul(
    titles: frozenset[str],
    issue: Haul,
    before: Document,
    now: Document,
    *,
    is_same_place: bool = True,
) -> str:
    """What a file has become, where it is no version of the issue any more; else empty.

    Another title is another issue where it is among the ``titles`` of others, or where no card is
    the same; of posts without cards, where it comes from another place.
    """
    from hauler_tui.haul.intake import title_of
    from hauler_tui.haul.mergesides import work_key

    titled, new = title_of(before), title_of(now)
    links, new_links = ({work_key(card.link) for card in each.cards} for each in (before, now))
    if not new:
        return "a text without title and cards" if links and not new_links else ""
    if new in (titled, issue.title):
        return ""
    is_strange = links.isdisjoint(new_links) and (bool(links and new_links) or not is_same_place)
    return f"“{new}”" if new in titles or is_strange else ""
