"""Looking a library over from its bytes to its meaning, and mending what can be mended."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import msgspec

from hauler_tui.domain.item import Work
from hauler_tui.errors import (
    ChangedElsewhereError,
    LibraryError,
    LibraryLockedError,
    NewerLibraryError,
)
from hauler_tui.library.care.cut import LOGS, refuse_newer
from hauler_tui.library.care.filecheck import (
    Scan,
    check_files,
    earlier,
    lost_records,
    own_files,
    raw_record,
    scan,
)
from hauler_tui.library.care.findings import UNMENDED, Finding, Progress, Remedy, guarded
from hauler_tui.library.care.rows import check_aside, check_rows, put_back, set_aside
from hauler_tui.library.care.strays import temporary_files
from hauler_tui.library.care.takeover import finish
from hauler_tui.library.library import Library
from hauler_tui.library.search.index import remove_index
from hauler_tui.library.store.generations import Files, load
from hauler_tui.library.store.lines import Document, decode
from hauler_tui.library.store.lock import Lock
from hauler_tui.library.store.log import LogBook
from hauler_tui.library.store.writer import Writer

ORDER: tuple[Remedy, ...] = (
    "rights",
    "rows",
    "rows-back",
    "open",
    "rescue",
    "replace",
    "cover",
    "index",
    "sweep",
)
"""The order in which remedies are applied: each stands on those before."""

_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What was found."""

    findings: tuple[Finding, ...]
    is_beside: bool
    """Whether another hauler has the library open, so that nothing can be mended now."""

    @property
    def is_ok(self) -> bool:
        """Whether no error was found."""
        return all(finding.severity != "error" for finding in self.findings)


def examine(directory: Path, progress: Progress = lambda what, done, total: None) -> Diagnosis:
    """Look everything over and change nothing; another hauler may be writing meanwhile.

    Raises LibraryError where there is no library or its folder cannot be read.
    """
    with ExitStack() as held:
        is_beside = False
        if not directory.is_dir():
            raise LibraryError(
                f"there is no library in {directory}", "name its folder with --library"
            )
        try:
            try:
                held.callback(Lock.watch(directory).release)
            except LibraryLockedError:
                is_beside = True
            found = check_files(directory, progress, is_beside=is_beside)
            rows = guarded(partial(check_rows, directory))
            found += [finding for finding in rows if finding not in found]
            found += guarded(partial(check_aside, directory))
            try:
                found += _look_inside(directory, progress, is_beside=is_beside)
            except LibraryError as error:
                is_told = bool(rows) or any(finding.code == "merged" for finding in found)
                if not is_told or isinstance(error, NewerLibraryError):
                    found.append(_cannot_open(error))
        except NewerLibraryError as error:
            found = [_cannot_open(error)]
        except OSError as error:
            raise LibraryError(
                f"the library {directory} cannot be read: {error.strerror or error}",
                "make its folder readable",
            ) from error
    return Diagnosis(findings=tuple(found), is_beside=is_beside)


def _look_inside(directory: Path, progress: Progress, *, is_beside: bool) -> list[Finding]:
    try:
        library = Library.open(directory, writing=False)
    except ChangedElsewhereError as error:
        return [
            Finding(
                code="changed-elsewhere",
                severity="error",
                message=error.message,
                hint="“hauler doctor --yes” with HAULER_ACCEPT=theirs goes on with what that"
                " program wrote, with HAULER_ACCEPT=ours with hauler's own state; the other one"
                " is kept in a file beside it",
            )
        ]
    with library:
        found = library.care.check(progress)
        # The index of a writer beside us may be ahead of what we opened.
        return found if is_beside else found + library.care.check_index(library.behind)


def _cannot_open(error: LibraryError) -> Finding:
    return Finding(
        code="cannot-open",
        severity="error",
        message=error.message,
        hint=error.hint if isinstance(error, NewerLibraryError) else UNMENDED,
        remedy="open" if "restore" in error.message else None,
    )


def mend(
    directory: Path,
    remedies: Iterable[Remedy],
    *,
    at: datetime,
    source: Path | None = None,
    progress: Progress = lambda what, done, total: None,
) -> None:
    """Apply remedies; ``source`` is a backup to take lost records from.

    Nothing the person wrote is dropped. Raises LibraryError, LibraryLockedError.
    """
    wanted = set(remedies)
    if "rescue" in wanted:
        wanted.add("index")  # a log that was written anew is another log to the index
    if "sweep" in wanted:
        wanted.add("open")  # it finishes the renames that some of the files wait for
    with tempfile.TemporaryDirectory(prefix="hauler-") as folder:
        rescue = [] if source is None else [_unpacked(source, Path(folder))]
        rescue.insert(0, directory)
        try:
            for remedy in ORDER:
                if remedy in wanted:
                    _apply(remedy, directory, rescue, at, progress)
        except OSError as error:
            raise LibraryError(
                f"the library {directory} cannot be mended: {error.strerror or error}",
                "make its folder and its files readable and writable",
            ) from error


def _apply(
    remedy: Remedy, directory: Path, sources: list[Path], at: datetime, progress: Progress
) -> None:
    match remedy:
        case "rights":
            directory.chmod(0o700)
            for path in own_files(directory):
                path.chmod(0o600)
        case "rows":
            set_aside(directory, at)
        case "rows-back":
            put_back(directory, at)
        case "open":
            with _opened(directory, at) as library:
                library.history.history()  # a torn history is cut when it is read
        case "rescue":
            merged = [name for name in LOGS if _rescue(directory, name, sources, progress)]
            if merged:
                with _opened(directory, at) as library:
                    library.compact(at)
        case "replace":
            with _opened(directory, at) as library:
                missing = library.care.missing()
                library.care.replace_missing(_works(missing, sources), at)
        case "cover":
            with _opened(directory, at) as library:
                library.care.cover_again(at)
        case "index":
            rebuild(directory, at=at, progress=progress)
        case "sweep":
            lock = Lock.take(directory)
            try:
                for path in temporary_files(directory):
                    path.unlink(missing_ok=True)
                if (directory / "restoring").is_dir():
                    shutil.rmtree(directory / "restoring")
            finally:
                lock.release()


def _opened(directory: Path, at: datetime) -> Library:
    """The library for writing, with what was done in copies of it, which opening sets aside."""
    library = Library.open(directory)
    try:
        library.take_in_copies(at)
    except BaseException:
        library.close()
        raise
    return library


def rebuild(
    directory: Path, *, at: datetime, progress: Progress = lambda what, done, total: None
) -> None:
    """Build the index anew, in a library that can be opened. Raises LibraryError."""
    lock = Lock.take(directory)
    try:
        finish(directory)
        refuse_newer(directory)
        load(Files(directory=directory))
        remove_index(directory / "index.sqlite")
    finally:
        lock.release()
    with _opened(directory, at) as library:
        total = max(1, library.behind)
        while not library.wait_for_index(_SECONDS):
            progress("index", total - library.behind, total)


def _rescue(directory: Path, name: str, sources: list[Path], progress: Progress) -> bool:
    """Give a log back what is damaged in it or gone, from earlier records of the same ids.

    Returns whether a merge put it together, so that it is to be written anew once that is joined.
    """
    path = directory / name
    was_there = path.exists()
    if not was_there and name == "history.log":
        return False
    with ExitStack() as opened:
        opened.callback(Lock.take(directory).release)
        seen = scan(path, progress=progress) if was_there else Scan()
        damaged, nameless = lost_records(path, seen)
        records: dict[int, Document] = {}
        end = max(seen.whole, default=0)
        # All of it is read before the log is opened, which writes a damaged one anew.
        for source in _logs(sources, name):
            for doc_id, place in scan(source, progress=progress).whole.items():
                # Only the history forgets documents; elsewhere what an earlier log held is lost.
                is_lost = name != "history.log" and doc_id not in seen.whole
                may_be = damaged or nameless or not was_there or doc_id > end or name == "hauls.log"
                is_wanted = doc_id in damaged or (is_lost and may_be)
                if is_wanted and place[1] and doc_id not in records:
                    records[doc_id] = decode(raw_record(source, place))
        writer = Writer()
        opened.callback(writer.abandon)
        book = LogBook.open(directory, (name.removesuffix(".log"),), writer)
        opened.callback(book.close)
        table = book.table(name.removesuffix(".log"))
        # An earlier record in the log itself is newer than any elsewhere.
        table.put_many({each: records[each] for each in table.missing(records)})
        writer.flush()
        if (seen.scars or not seen.has_header) and not seen.is_merged:
            now = scan(path)
            if now.scars or not now.has_header:
                table.compact()
    return seen.is_merged


def _works(missing: Iterable[int], sources: list[Path]) -> dict[int, Work]:
    """The newest whole records of works that are gone."""
    found: dict[int, Work] = {}
    decoder = msgspec.json.Decoder(Work)
    wanted = set(missing)
    for source in _logs(sources, LOGS[0]):
        there = scan(source)
        for item_id in wanted - found.keys():
            place = there.whole.get(item_id, (0, 0))
            if place[1]:
                try:
                    found[item_id] = decoder.decode(raw_record(source, place))
                except msgspec.DecodeError:
                    continue
    return found


def _logs(sources: list[Path], name: str) -> list[Path]:
    """The files to rescue records of a log from, the newest first."""
    here, *others = (folder / name for folder in sources)
    return [*earlier(here), *(log for log in others if log.is_file())]


def _unpacked(file: Path, folder: Path) -> Path:
    """The logs of a backup, in a folder. Raises LibraryError."""
    from hauler_tui.library.care.backup import contents, read_manifest

    with file.open("rb") as archive:
        for member in read_manifest(archive).files:
            if member.name in LOGS:
                with (folder / member.name).open("wb") as stream:
                    stream.writelines(contents(archive, member))
    return folder
