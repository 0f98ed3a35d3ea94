"""Other copies of the library beside this one: what a sync program or a merge left behind.

Syncthing, Dropbox and Nextcloud keep the losing file of a conflict under a name of its own
(https://docs.syncthing.net/users/syncing.html#conflicting-changes); a merge of text files, as git
does it, puts the lines of both journals into one. Each journal says which snapshot it continues,
so a copy is only believed where the two fit together.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise, takewhile
from pathlib import Path

from hauler_tui.errors import ChangedElsewhereError, LibraryError, NewerLibraryError
from hauler_tui.files import read_if_there
from hauler_tui.library.care.cut import CONFLICT_MARK
from hauler_tui.library.care.splitting import HEADER, has_marks, sided, split
from hauler_tui.library.care.union import is_union, take_apart
from hauler_tui.library.store.lines import Document, unseal
from hauler_tui.library.store.names import former

_CONFLICT = re.compile(
    rf"(?P<stem>library|items|hauls|history){CONFLICT_MARK}\.(?P<kind>json|journal|log)"
)
_NUMBER = re.compile(rb'^\{"seq":(\d+)', re.MULTILINE)
_OURS = b"<<<<<<<"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A copy that was recognised."""

    name: str
    snapshot: bytes
    journal: bytes
    base: tuple[bytes, bytes] | None
    """Snapshot and journal as they were when the copies parted, or some time before it; None
    when nothing is left of that."""
    items: Path
    hauls: Path
    is_merged: bool
    """Whether its lines stand in our own journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What stands beside the library's own files."""

    found: tuple[Found, ...] = ()
    items: tuple[Path, ...] = ()
    """Copies of ``items.log`` that go with no journal: only their works are to be taken in."""
    hauls: tuple[Path, ...] = ()
    """Copies of ``hauls.log`` that go with none: only their texts are to be taken in."""
    history: tuple[Path, ...] = ()
    """Copies of ``history.log``, of which nothing is taken in."""
    unknown: tuple[str, ...] = ()
    """Names of files that fit nothing; they are left as they are."""
    used: tuple[Path, ...] = ()
    """The files of copies, which are put aside once they are taken in."""
    told: tuple[str, ...] = ()
    """Sentences on what was taken apart before."""


def conflict_files(directory: Path) -> list[Path]:
    """The files of the folder that a sync program named as copies of the library's own."""
    return sorted(path for path in directory.iterdir() if _CONFLICT.fullmatch(path.name))


def prepare(directory: Path) -> Gathered:
    """The same as ``gather``, once files that git put together are those of two copies again.

    Raises LibraryError.
    """
    return gather(directory, lambda each: (*take_apart(each), *split(each)))


def is_put_together(directory: Path) -> bool:
    """Whether a merge put two copies into the files, which only an opening for writing mends.

    Raises OSError.
    """
    return has_marks(directory) or is_union(directory)


@contextmanager
def explained(directory: Path) -> Iterator[None]:
    """Say of files that cannot be opened when a merge put two copies into them.

    Raises LibraryError.
    """
    try:
        yield
    except (NewerLibraryError, ChangedElsewhereError):
        raise
    except LibraryError as error:
        is_merged = False
        with suppress(OSError):  # what cannot be read is what the error tells
            is_merged = is_put_together(directory)
        if not is_merged:
            raise
        raise LibraryError(
            f"a merge put the lines of two copies into the files of {directory}",
            "“hauler doctor --yes”, the reader or any command that writes makes one library of"
            " them, and loses nothing",
        ) from error


def gather(directory: Path, prepared: Callable[[Path], tuple[str, ...]] = lambda _: ()) -> Gathered:
    """Every copy in the folder that fits together. Raises LibraryError."""
    try:
        told = prepared(directory)
        return replace(_gathered(directory), told=told)
    except OSError as error:
        named = Path(os.fsdecode(error.filename)) if error.filename else directory
        raise LibraryError(
            f"{named} cannot be read: {error.strerror or error}",
            "make the library's folder and its files readable",
        ) from error


def _gathered(directory: Path) -> Gathered:
    conflicts = conflict_files(directory)
    own = directory / "library.journal"
    here = _read(own)
    if not conflicts and _is_one(here):
        return Gathered()
    merged = _parts(here)
    snapshots = _snapshots(directory, conflicts)
    journals = [(own.name, part) for part in merged[1:]]
    journals += [
        (path.name, part)
        for path in conflicts
        if path.suffix == ".journal"
        for part in _parts(_read(path))
    ]
    known = [merged[0] if merged else b"", _read(former(own))]
    found: list[Found] = []
    unknown: list[str] = []
    for name, journal in journals:
        header = _header(journal)
        snapshot = None if header is None else snapshots.get(header["snapshot"])
        if header is None or snapshot is None:
            unknown.append(name)
            continue
        if journal not in known:
            found.append(
                Found(
                    name=name,
                    snapshot=snapshot,
                    journal=journal,
                    base=_base(journal, known, snapshots),
                    items=_nearest(directory / "items.log", name, conflicts),
                    hauls=_nearest(directory / "hauls.log", name, conflicts),
                    is_merged=name == own.name,
                )
            )
    continued = {header["snapshot"] for _, each in journals if (header := _header(each))}
    if not any(path.suffix == ".journal" for path in conflicts):
        snaps = (path for path in conflicts if path.suffix == ".json")
        unknown += [path.name for path in snaps if sha256(_read(path)).hexdigest() not in continued]
    strange = {_mark(name) for name in unknown}
    read = {path for each in found for path in (each.items, each.hauls)}
    alone = tuple(
        path
        for path in conflicts
        if path.suffix == ".log" and path not in read and _mark(path.name) not in strange
    )
    used = tuple(
        path
        for path in conflicts
        if _mark(path.name) not in strange
        and (path.suffix != ".json" or not strange or sha256(_read(path)).hexdigest() in continued)
    )
    return Gathered(
        found=tuple(found),
        items=tuple(path for path in alone if path.name.startswith("items")),
        hauls=tuple(path for path in alone if path.name.startswith("hauls")),
        history=tuple(path for path in alone if path.name.startswith("history")),
        unknown=tuple(dict.fromkeys(unknown)),
        used=used,
    )


def put_aside(paths: Sequence[Path]) -> None:
    """Give the files of copies that were taken in other names. Raises LibraryError."""
    for path in paths:
        try:
            path.replace(path.with_name(f"{path.name}.taken-in"))
        except OSError as error:
            raise LibraryError(
                f"{path} was taken in and cannot be renamed: {error.strerror or error}",
                "take it out of the folder by hand; taking it in twice does no harm",
            ) from error


def _snapshots(directory: Path, conflicts: Sequence[Path]) -> dict[str, bytes]:
    """Every snapshot there is, by its hash; both sides of one that was merged by lines."""
    own = directory / "library.json"
    paths = [own, former(own)]
    paths += [path for path in conflicts if path.suffix == ".json"]
    texts = [side for path in paths for side in _sides(_read(path))]
    return {sha256(text).hexdigest(): text for text in texts}


def _sides(text: bytes) -> list[bytes]:
    """The two texts that a merge with conflict markers was made from; else the text itself."""
    if _OURS not in text:
        return [text]
    parts: list[list[bytes]] = [[], []]
    for line, present in sided(text.splitlines(keepends=True)):
        for side in present:
            parts[side].append(line)
    return [b"".join(part) for part in parts]


def _is_one(text: bytes) -> bool:
    """Whether the lines of a journal are surely of one copy, without decoding them."""
    numbers = [int(number) for number in _NUMBER.findall(text)]
    rises = all(first < second for first, second in pairwise(numbers))
    return rises and text.count(HEADER) < 2 and _OURS not in text


def _parts(text: bytes) -> list[bytes]:
    """The journals whose lines stand in one file, each whole with its beginning.

    A line that does not continue the one before begins another journal: one with a header is
    whole, else it continues the lines with lower numbers that stand before it.
    """
    parts: list[list[tuple[int, bytes]]] = []
    for side in _sides(text):
        for line in side.splitlines(keepends=True):
            said = unseal(line)
            if said is None:
                continue
            if "hauler" in said:
                if not parts or parts[-1][0][1] != line:
                    parts.append([(0, line)])
                continue
            if not parts:
                parts.append([])
            number = said["seq"]
            if parts[-1] and number <= parts[-1][-1][0]:
                if (number, line) in parts[-1]:
                    continue
                parts.append([known for known in parts[-1] if known[0] < number])
            parts[-1].append((number, line))
    return [b"".join(line for _, line in part) for part in parts]


def _base(
    journal: bytes, known: Sequence[bytes], snapshots: Mapping[str, bytes]
) -> tuple[bytes, bytes] | None:
    """What the journal shares with one of ours, or with the one it and ours went on from."""
    theirs = journal.splitlines(keepends=True)
    header = _header(journal)
    for other in known:
        ours = other.splitlines(keepends=True)
        mine = _header(other)
        snapshot = None if mine is None else snapshots.get(mine["snapshot"])
        if header is None or mine is None or snapshot is None:
            continue
        if ours[0] == theirs[0]:
            pairs = takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False))
            return snapshot, b"".join(line for line, _ in pairs)
        if header["previous"] == mine["generation"]:
            return snapshot, ours[0]
    return None


def _header(journal: bytes) -> Document | None:
    said = unseal(journal[: journal.find(b"\n") + 1])
    return said if said is not None and "hauler" in said else None


def _nearest(own: Path, name: str, conflicts: Sequence[Path]) -> Path:
    """The copy of a log that goes with a copied journal: of the same name, else any, else ours."""
    copies = [
        path for path in conflicts if path.name.startswith(own.stem) and path.suffix == ".log"
    ]
    mark = _mark(name)
    return next((path for path in copies if mark and mark in path.name), (copies or [own])[-1])


def _mark(name: str) -> str:
    """What a sync program put into the name of a copy; nothing for our own file."""
    match = _CONFLICT.fullmatch(name)
    return match["mark"] if match else ""


def _read(path: Path) -> bytes:
    return read_if_there(path) or b""
