"""Other copies of the library beside this one: what a sync program or a merge left behind.

Syncthing, Dropbox and Nextcloud keep the losing file of a conflict under a name of its own
(https://docs.syncthing.net/users/syncing.html#conflicting-changes); a merge of text files, as git
does it, puts the lines of both journals into one. Each journal says which snapshot it continues,
so a copy is only believed where the two fit together.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise, takewhile
from pathlib import Path

from hauler_tui.domain.haul import Haul
from hauler_tui.domain.item import Work
from hauler_tui.errors import ChangedElsewhereError, LibraryError, NewerLibraryError
from hauler_tui.files import read_if_there
from hauler_tui.library.care.cut import CONFLICT_MARK
from hauler_tui.library.care.joining import Copy
from hauler_tui.library.care.splitting import HEADER, has_marks, sided, split
from hauler_tui.library.care.union import is_union, take_apart
from hauler_tui.library.read_marks import Bitmaps
from hauler_tui.library.records import Documents, Works
from hauler_tui.library.rows import fits
from hauler_tui.library.store.journal import Journal
from hauler_tui.library.store.journaltext import Tables
from hauler_tui.library.store.lines import Document, unseal
from hauler_tui.library.store.log import LogBook
from hauler_tui.library.store.names import former

_CONFLICT = re.compile(
    rf"(?P<stem>library|items|hauls|history){CONFLICT_MARK}\.(?P<kind>json|journal|log)"
)
_COUNTERS = ("items", "feeds", "series", "hauls", "frozen")
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
        raise LibraryError(
            f"the library {directory} cannot be read: {error.strerror or error}",
            "make its folder and files readable",
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


@contextmanager
def opened(
    found: Found, parted: Mapping[int, Work], texts: Mapping[int, Haul], ours: Works
) -> Iterator[Copy]:
    """The copy, readable for as long as the context lasts.

    ``ours`` are the works here; ``parted`` and ``texts`` are works and issues of logs that were
    merged with ours, see ``mixed``. Raises LibraryError, OSError.
    """
    with tempfile.TemporaryDirectory() as scratch:
        base: Tables = {}
        counters: dict[str, int] = {}
        if found.base is not None:
            with _journal(Path(scratch) / "base", *found.base) as journal:
                base = _tables(journal)
                counters = {name: journal.counted(name) for name in _COUNTERS}
        folder = Path(scratch) / "copy"
        with (
            _journal(folder, found.snapshot, found.journal) as journal,
            _book(folder, found.items, found.hauls) as book,
        ):
            theirs = _tables(journal)
            strange = [
                (name, doc_id)
                for name, rows in theirs.items()
                for doc_id, row in rows.items()
                if not fits(name, doc_id, row)
            ]
            for name, doc_id in strange:
                del theirs[name][doc_id]
            works = Works(book.table("items"), Bitmaps(journal, "gone"))
            frozen = Documents(book.table("hauls"), Haul)
            yield Copy(
                name=found.name,
                digest=sha256(found.snapshot + found.journal).hexdigest(),
                base=base,
                theirs=theirs,
                left_out=tuple(f"row {doc_id} of {name}" for name, doc_id in strange),
                counters=counters,
                item_ids=sorted({*parted, *_differing(works, ours)}),
                work=lambda item_id: parted.get(item_id) or works.get(item_id),
                names=works.aliases,
                issue=lambda text_id: texts.get(text_id) or frozen.get(text_id),
                is_based=found.base is not None,
            )


def _differing(theirs: Works, ours: Works) -> Iterator[int]:
    """The items that the other log has and ours has not, or has otherwise."""
    for item_id in theirs.ids():
        if theirs.table.place(item_id) != ours.table.place(item_id):
            yield item_id


@contextmanager
def _journal(folder: Path, snapshot: bytes, journal: bytes) -> Iterator[Journal]:
    folder.mkdir(mode=0o700)
    (folder / "library.json").write_bytes(snapshot)
    (folder / "library.journal").write_bytes(journal)
    with Journal.open(folder, writer=None, fits=fits) as opened:
        yield opened


@contextmanager
def works_of(log: Path, ours: Works) -> Iterator[Copy]:
    """The works of a copied log that ours has not or has otherwise. Raises LibraryError."""
    with tempfile.TemporaryDirectory() as scratch, _book(Path(scratch), log, None) as book:
        works = Works(book.table("items"))
        yield Copy.of_works(log.name, tuple(_differing(works, ours)), works.get)


def texts_of(log: Path) -> dict[int, Haul]:
    """The issues in a copied log that can be read, by their documents. Raises LibraryError."""
    with tempfile.TemporaryDirectory() as scratch, _book(Path(scratch), None, log) as book:
        found: dict[int, Haul] = {}
        frozen = Documents(book.table("hauls"), Haul)
        for text_id in frozen.ids():
            with suppress(LibraryError):  # a damaged one is of no use here
                haul = frozen.get(text_id)
                found |= {} if haul is None else {text_id: haul}
        return found


@contextmanager
def _book(folder: Path, items: Path | None, hauls: Path | None) -> Iterator[LogBook]:
    for name, path in (("items.log", items), ("hauls.log", hauls)):
        if path is not None and path.exists():
            (folder / name).symlink_to(path.absolute())
    with LogBook.open(folder, ("items", "hauls"), None) as book:
        yield book


def _tables(journal: Journal) -> Tables:
    return {
        name: {doc_id: dict(row) for doc_id, row in journal.table(name).rows().items()}
        for name in journal.tables()
    }


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
