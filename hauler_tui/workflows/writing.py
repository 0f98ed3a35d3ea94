"""An issue written into a file that a hand may have edited: merged, and nothing lost unseen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul, Series
from hauler_tui.errors import HaulError
from hauler_tui.workflows.compiling import compiled, gather
from hauler_tui.workflows.drafts import series_of
from hauler_tui.workflows.filing import File, Writing
from hauler_tui.workflows.jobs import Journey, at_once

__all__ = ["Writing", "file_name", "file_of", "write_issue", "writing"]

if TYPE_CHECKING:
    from hauler_tui.haul.mergeresult import Decision, Side
    from hauler_tui.library.library import Library

_MOST_BEGINNINGS = 5
"""How often a writing begins anew where the issue or the file changes meanwhile."""


def file_of(library: Library, issue: Haul) -> Path:
    """Where an issue is written unless a place is named."""
    series = series_of(library, issue)
    folder = Path(series.folder).expanduser() if series.folder else library.directory / "hauls"
    return folder / file_name(series, issue)


def file_name(series: Series, issue: Haul) -> str:
    """An issue's path in its folder; a date that it does not have yet is left out."""
    when = issue.published_at
    pattern = series.file if when else re.sub(r"\{date\}[-_/ ]?", "", series.file)
    fields = {
        "{slug}": issue.slug,
        "{n}": str(issue.number or ""),
        "{date}": f"{when:%Y-%m-%d}" if when else "",
    }
    return re.sub(r"\{\w+\}", lambda found: fields.get(found[0], found[0]), pattern)


def write_issue(
    library: Library,
    slug: str,
    at: datetime,
    *,
    path: Path | None = None,
    decided: Mapping[str, Decision] | None = None,
    prefer: Side | None = None,
) -> Writing:
    """Write an issue or post to ``path``, else to its own place, merged with what a hand did there.

    The file's edits come back into the library as one step of history, then our changes go into
    the file, atomically. Where both changed one block differently, ``decided`` or ``prefer`` says
    whose version counts; else nothing changes and the conflicts are told. A device gets the text.

    Raises UnknownKeyError, LibraryError, and HaulError with a hint for a file that is not to be
    overwritten or cannot be written.
    """
    return at_once(writing(library, slug, at, path=path, decided=decided, prefer=prefer))


def writing(
    library: Library,
    slug: str,
    at: datetime,
    *,
    path: Path | None = None,
    decided: Mapping[str, Decision] | None = None,
    prefer: Side | None = None,
) -> Journey[Writing]:
    """``write_issue`` as a journey whose compiling, merging and waiting may be done in a thread.

    Where the issue or the file changes while they are merged, it begins anew.
    """
    place = (path or file_of(library, library.hauls.get(slug))).absolute()
    try:
        if place.exists() and not (place.is_file() or place.is_dir()):
            text = yield partial(compiled, gather(library, library.hauls.get(slug)))
            place.write_bytes(text.encode())
            return Writing(path=place)
        for _ in range(_MOST_BEGINNINGS):
            file = File(library, slug, place.resolve(), at)
            written = yield from file.write(decided or {}, prefer)
            if written is not None:
                return written
    except (OSError, RuntimeError) as error:
        # pathlib calls a link that leads to itself a RuntimeError.
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
        raise HaulError(
            f"cannot write {getattr(error, 'filename', None) or place}: {reason}",
            "name another file with -o FILE",
        ) from error
    raise HaulError(
        f"{slug} or {place} changed again and again while they were merged",
        "nothing was written; write it again once they rest",
    )
