"""An issue written into a file that a hand may have edited: merged, and nothing lost unseen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hauler_tui.domain.haul import Haul, Series
from hauler_tui.errors import HaulError, UnreadableError
from hauler_tui.files import read_if_there, write_atomically
from hauler_tui.workflows.compiling import issue_text
from hauler_tui.workflows.drafts import series_of
from hauler_tui.workflows.posts import read_text
from hauler_tui.workflows.publish import checksum, replace_published, wrote_before
from hauler_tui.workflows.reimport import other_haul, refuse_unreadable_front
from hauler_tui.workflows.takeback import take_back, told_blocks
from hauler_tui.workflows.words import keep_aside, keeping, lines_of, taking_undone

if TYPE_CHECKING:
    from hauler_tui.haul.mergeresult import Conflict, Decision, Merged, Side
    from hauler_tui.library.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What came of writing an issue."""

    path: Path
    conflicts: tuple[Conflict, ...] = ()
    """Blocks that the library and the file changed differently; then nothing was written."""
    told: tuple[str, ...] = ()
    """Sentences on what was found in the file and what became of it."""


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
    issue = library.hauls.get(slug)
    path = (path or file_of(library, issue)).absolute()
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            path.write_bytes(issue_text(library, issue).encode())
            return Writing(path=path)
        target = path.resolve()
        return _File(library, issue, target, at).write(decided or {}, prefer)
    except (OSError, RuntimeError) as error:
        # pathlib calls a link that leads to itself a RuntimeError.
        reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
        raise HaulError(
            f"cannot write {getattr(error, 'filename', None) or path}: {reason}",
            "name another file with -o FILE",
        ) from error


class _File:
    """The file of one issue, about to be written."""

    def __init__(self, library: Library, issue: Haul, path: Path, at: datetime) -> None:
        self._library, self._issue, self._path, self._at = library, issue, path, at
        self._ours = issue_text(library, issue)
        self._held = read_if_there(path)
        self._told: list[str] = []

    def write(self, decided: Mapping[str, Decision], prefer: Side | None) -> Writing:
        """Merge, take back, write."""
        data = self._ours.encode()
        base = self._base(data)
        if self._held is not None and self._held != data:
            assert base is not None, "a file without a base is refused"
            merged = self._merged(base, decided, prefer)
            if merged.conflicts:
                return Writing(path=self._path, conflicts=merged.conflicts)
            self._keep_aside(base, self._held, merged)
            self._take_back(base, merged)
            data = merged.text.encode()
        self._put(data)
        return Writing(path=self._path, told=tuple(self._told))

    def _base(self, data: bytes) -> str | None:
        """What the file was written after. Raises HaulError where it is not ours to write."""
        path, held = self._path, self._held
        sum_held = "" if held is None else checksum(held)
        base = self._library.written.at(str(path), sum_held)
        if base is not None and base.haul_id != self._issue.id:
            other = next(
                (each.slug for each in self._library.hauls.all() if each.id == base.haul_id), None
            )
            if held is not None and (other is not None or held != data):
                raise self._refusal(
                    f"{path} is the file of {other}"
                    if other
                    else f"{path} was written for an issue that is no more in the library"
                )
            return None
        if held is None:
            if base is not None:
                self._told.append(f"{path} was gone, and is written anew")
            return None
        if held == data:
            return self._ours
        if base is None and not wrote_before(self._library, path, held):
            raise self._refusal(
                f"{path} is there already, and hauler never wrote or read it",
                f"nothing was written; “hauler import {path}” reads it, and -o"
                f" {path.with_stem(f'{path.stem}-new')} writes beside it",
            )
        if not path.stat().st_mode & 0o222:
            raise self._refusal(f"{path} is read-only", f"chmod u+w {path} lets hauler write it")
        return held.decode() if base is None else base.text

    def _merged(self, base: str, decided: Mapping[str, Decision], prefer: Side | None) -> Merged:
        try:
            theirs = read_text(self._path)
        except UnreadableError as error:
            raise self._refusal(f"{self._path}:{error.line}: {error.message}") from error
        refuse_unreadable_front(self._path, theirs)
        if other := other_haul(self._library, self._issue, base, theirs):
            raise self._refusal(f"{self._path} holds something else now: {other}")
        merged = self._settled(base, theirs, decided, prefer)
        if merged.conflicts or not (decided or prefer):
            return merged
        asked = self._settled(base, theirs, {}, None).conflicts
        answers = dict(decided)
        while kept := keeping(asked, answers, prefer, merged, self._ours, theirs):
            answers |= {key: one.decision for key, one in kept.items()}
            self._told += [one.told for one in kept.values()]
            asked = tuple(each for each in asked if each.key not in kept)
            merged = self._settled(base, theirs, answers, prefer)
        return merged

    def _settled(
        self, base: str, theirs: str, decided: Mapping[str, Decision], prefer: Side | None
    ) -> Merged:
        from hauler_tui.haul.merge import merge
        from hauler_tui.workflows.noteclash import note_conflicts

        merged = merge(base, self._ours, theirs, decided, prefer)
        if self._issue.state == "open":
            merged = note_conflicts(self._library, merged, decided, prefer)
        return merged

    def _keep_aside(self, base: str, held: bytes, merged: Merged) -> None:
        """Keep the file as a hand left it, where words of it may be in neither soon."""
        theirs = held.decode()
        left_out = (lines_of(theirs) - lines_of(base)) - lines_of(merged.text)
        undone = taking_undone(self._library, self._issue)
        goes = undone and bool(lines_of(theirs) - lines_of(merged.text))
        if not (left_out or goes or merged.from_file):
            return
        kept = keep_aside(self._library, self._issue, self._path, held)
        if left_out:
            self._told.append(f"{kept} keeps the file as it was edited by hand")
        elif goes:
            self._told.append(
                f"the file loses edits whose taking back was undone: redo brings them, and {kept}"
                " keeps the file as it was"
            )

    def _take_back(self, base: str, merged: Merged) -> None:
        from hauler_tui.haul.merge import merge

        if not merged.from_file:
            return
        before = self._ours
        if self._issue.state == "published":
            replace_published(self._library, self._issue, merged.text, self._at)
        else:
            self._told += take_back(self._library, self._issue, merged, before, self._at)
        self._issue = self._library.hauls.get(self._issue.slug)
        self._ours = issue_text(self._library, self._issue)
        if self._ours != before:
            left = merge(base, self._ours, merged.text).from_file
            taken = told_blocks(merged.from_file - left)
            self._told.append(f"took back what was edited by hand: {taken}")

    def _put(self, data: bytes) -> None:
        """Write the file, and remember what it was written after, whenever a crash comes."""
        path = str(self._path)
        self._library.written.begin(self._issue.id, path, self._ours, checksum(data), self._at)
        self._library.flush()
        if data != self._held:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, data)
        self._library.written.finish(path, self._at)

    def _refusal(self, what: str, hint: str = "") -> HaulError:
        path = self._path
        beside = f"nothing was written; name another file: -o {path.with_stem(f'{path.stem}-new')}"
        return HaulError(what, hint or beside)
