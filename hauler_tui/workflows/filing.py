"""The file of one issue: what was written there last, merged with what a hand did since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hauler_tui.errors import HaulError, UnreadableError
from hauler_tui.files import read_if_there, write_atomically
from hauler_tui.workflows.compiling import compiled, gather, refuse_no_text
from hauler_tui.workflows.jobs import Journey
from hauler_tui.workflows.noteclash import note_conflicts, notes_met
from hauler_tui.workflows.posts import refuse_conflict_marks, text_in
from hauler_tui.workflows.publish import checksum, replace_published, wrote_before
from hauler_tui.workflows.reimport import other_haul, other_titles, refuse_unreadable_front
from hauler_tui.workflows.takeback import take_back, told_blocks
from hauler_tui.workflows.words import keep_aside, keeping, lines_of, taking_undone

if TYPE_CHECKING:
    from hauler_tui.haul.mergeresult import Conflict, Decision, Merged, Side
    from hauler_tui.haul.model import Document
    from hauler_tui.library.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What came of writing an issue."""

    path: Path
    conflicts: tuple[Conflict, ...] = ()
    """Blocks that the library and the file changed differently; then nothing was written."""
    told: tuple[str, ...] = ()
    """Sentences on what was found in the file and what became of it."""


class File:
    """The file of one issue, about to be written."""

    def __init__(self, library: Library, slug: str, path: Path, at: datetime) -> None:
        """Look at both sides. Raises UnknownKeyError, and OSError for a file not to be read."""
        self._library, self._path, self._at = library, path, at
        self._issue = library.hauls.get(slug)
        self._gathered = gather(library, self._issue)
        self._held = read_if_there(path)
        self._told: list[str] = []
        self._ours = ""
        """What the issue compiles to."""
        self._met: list[tuple[Merged, dict[str, str]]] = []
        """The notes that were met here by each merge, by the names of the cards."""

    def write(
        self, decided: Mapping[str, Decision], prefer: Side | None
    ) -> Journey[Writing | None]:
        """Merge, take back, write; None where a side changed meanwhile and nothing was done.

        Raises HaulError, LibraryError, OSError.
        """
        from hauler_tui.haul.parse import parse

        self._ours = yield partial(compiled, self._gathered)
        refuse_no_text(self._issue, self._ours)
        data = self._ours.encode()
        base = self._base(data)
        if self._held is not None and self._held != data:
            assert base is not None, "a file without a base is refused"
            # What hauler wrote there itself is merged whatever it holds.
            theirs = base if base.encode() == self._held else self._theirs(self._held)
            merged: Merged = yield from self._merged(base, theirs, decided, prefer)
            if not merged.conflicts:
                yield from self._keep_aside(base, theirs, self._held, merged)
            ours: Document = yield partial(parse, self._ours)
            if self._has_changed():
                return None
            if merged.conflicts:
                return Writing(path=self._path, conflicts=merged.conflicts)
            text: str = yield from self._take_back(base, ours, merged)
            data = text.encode()
        elif self._has_changed():
            return None
        yield from self._put(data)
        return Writing(path=self._path, told=tuple(self._told))

    def _has_changed(self) -> bool:
        """Whether the issue or the file is not any more what it was when they were looked at."""
        issue = self._library.hauls.get(self._issue.slug)
        return (
            gather(self._library, issue) != self._gathered
            or read_if_there(self._path) != self._held
            or any(self._notes_met(merged) != met for merged, met in self._met)
        )

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

    def _theirs(self, held: bytes) -> str:
        try:
            text = text_in(held)
            refuse_conflict_marks(text)
            return text
        except UnreadableError as error:
            raise self._refusal(f"{self._path}:{error.line}: {error.message}") from error

    def _merged(
        self, base: str, theirs: str, decided: Mapping[str, Decision], prefer: Side | None
    ) -> Journey[Merged]:
        from hauler_tui.haul.check import unclosed
        from hauler_tui.haul.parse import parse

        document: Document = yield partial(parse, theirs)
        refuse_unreadable_front(self._path, document)
        before: Document = yield partial(parse, base)
        titles = other_titles(self._library, self._issue)
        other: str = yield partial(other_haul, titles, self._issue, before, document)
        if other:
            raise self._refusal(f"{self._path} holds something else now: {other}")
        known = {sentence.partition(": ")[2] for sentence in unclosed(before)}
        self._told += (
            f"{self._path}: {sentence}"
            for sentence in unclosed(document)
            if sentence.partition(": ")[2] not in known
        )
        merged: Merged = yield from self._settled(base, theirs, decided, prefer)
        if merged.conflicts or not (decided or prefer):
            return merged
        alone: Merged = yield from self._settled(base, theirs, {}, None)
        asked = alone.conflicts
        answers = dict(decided)
        while kept := keeping(asked, answers, prefer, merged, self._ours, theirs):
            answers |= {key: one.decision for key, one in kept.items()}
            self._told += [one.told for one in kept.values()]
            asked = tuple(each for each in asked if each.key not in kept)
            merged = yield from self._settled(base, theirs, answers, prefer)
        return merged

    def _settled(
        self, base: str, theirs: str, decided: Mapping[str, Decision], prefer: Side | None
    ) -> Journey[Merged]:
        from hauler_tui.haul.merge import merge

        merged: Merged = yield partial(merge, base, self._ours, theirs, decided, prefer)
        met = self._notes_met(merged)
        self._met.append((merged, met))
        if met:
            merged = yield partial(note_conflicts, met, merged, decided, prefer)
        return merged

    def _notes_met(self, merged: Merged) -> dict[str, str]:
        return notes_met(self._library, self._issue, merged) if self._issue.state == "open" else {}

    def _keep_aside(self, base: str, theirs: str, held: bytes, merged: Merged) -> Journey[None]:
        """Keep the file as a hand left it, where words of it may be in neither soon."""
        left_out = (lines_of(theirs) - lines_of(base)) - lines_of(merged.text)
        undone = taking_undone(self._library, self._issue)
        goes = undone and bool(lines_of(theirs) - lines_of(merged.text))
        if not (left_out or goes or merged.from_file):
            return
        kept: Path = yield partial(keep_aside, self._library, self._issue, self._path, held)
        if left_out:
            self._told.append(f"{kept} keeps the file as it was edited by hand")
        elif goes:
            self._told.append(
                f"the file loses edits whose taking back was undone: redo brings them, and {kept}"
                " keeps the file as it was"
            )

    def _take_back(self, base: str, ours: Document, merged: Merged) -> Journey[str]:
        """Bring the file's edits into the library; the text to write."""
        from hauler_tui.haul.edit import with_snippet
        from hauler_tui.haul.merge import merge

        if not merged.from_file:
            return merged.text
        before = self._ours
        if self._issue.state == "published":
            replace_published(self._library, self._issue, merged.text, self._at)
        else:
            self._told += take_back(self._library, self._issue, merged, ours, self._at)
        self._issue = self._library.hauls.get(self._issue.slug)
        self._ours = yield partial(compiled, gather(self._library, self._issue))
        if self._ours != before:
            left: Merged = yield partial(merge, base, self._ours, merged.text)
            taken = told_blocks(merged.from_file - left.from_file)
            self._told.append(f"took back what was edited by hand: {taken}")
            # The count of a snippet that nobody touched follows the cards that a hand put in.
            if self._issue.state == "open" and "front:snippet" not in merged.from_file:
                written: str = yield partial(with_snippet, merged.text, left.text)
                return written
        return merged.text

    def _put(self, data: bytes) -> Journey[None]:
        """Write the file, and remember what it was written after, whenever a crash comes."""
        path = str(self._path)
        self._library.written.begin(self._issue.id, path, self._ours, checksum(data), self._at)
        yield self._library.flush
        if data != self._held:
            yield partial(_write, self._path, data)
        self._library.written.finish(path, self._at)

    def _refusal(self, what: str, hint: str = "") -> HaulError:
        path = self._path
        beside = f"nothing was written; name another file: -o {path.with_stem(f'{path.stem}-new')}"
        return HaulError(what, hint or beside)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, data)
