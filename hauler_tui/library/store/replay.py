"""Reading a log from some byte on: batches, what is left of damaged ones, and second parts."""

from __future__ import annotations

from collections.abc import Iterator

from hauler_tui.library.store import loglines
from hauler_tui.library.store.offsets import Offsets, Place
from hauler_tui.library.store.writer import AppendFile

_BLOCK = 4 << 20


class Replay:
    """One reading of a log into ``offsets``.

    A log may hold another one: a merge put two copies one after the other, or git's marks stand
    between two ends. What the second part adds counts as later batches.
    """

    def __init__(self, file: AppendFile, offsets: Offsets, generation: str) -> None:
        self.told: list[str] = []
        """Sentences on what was damaged or merged, without the name of the file."""
        self.parts: list[int] = []
        """Where a second part begins, and a third."""
        self.damaged: list[bytes] = []
        """Lines that could not be used."""
        self.replaced: dict[int, list[Place]] = {}
        """The places of records that later ones replaced, of each document in their order."""
        self._older: dict[int, Place] = {}
        self._file = file
        self._offsets = offsets
        self._generation = generation
        self._shared_end = 0
        self._known_until = 0
        self._batch: list[tuple[int, int, int]] = []
        self._check = 0
        self._has_damage = False

    @property
    def rivals(self) -> dict[int, Place]:
        """The place in an earlier part of each document that a later part has differently."""
        return {
            doc_id: place
            for doc_id, place in self._older.items()
            if (newest := self._offsets.get(doc_id)) is not None and newest[1] != place[1]
        }

    def run(self, begin: int, limit: int) -> int:
        """Take in the batches between two places; return where the last whole one ends."""
        end = begin
        ends_damaged = False
        after = begin
        for start, line in lines(self._file, begin, limit):
            after = start + len(line) + 1
            ends_damaged = False
            commit = loglines.parse_commit(line)
            if commit is not None:
                if self._has_damage or commit != (len(self._batch), self._check):
                    self._salvage(end, start)
                self._apply(after)
                end = after
            elif (parsed := loglines.parse(line)) is not None:
                self._check = loglines.check_on(line, self._check)
                self._batch.append((parsed[0], start, parsed[1]))
            elif self._is_between_parts(start, line):
                if self._batch or self._has_damage:
                    self._salvage(end, start)
                self._apply(start)
                self._begin_part(start, line)
                end = after
            else:
                self._check = loglines.check_on(line, self._check)
                self._has_damage = ends_damaged = True
        if ends_damaged and after == limit:
            # A torn append is a beginning, so a bad line with its end is a damaged commit.
            self._salvage(end, limit)
            self._apply(limit)
            end = limit
        return end

    def _is_between_parts(self, start: int, line: bytes) -> bool:
        return loglines.is_merge_mark(line) or (
            start > 0 and loglines.read_header(line) is not None
        )

    def _begin_part(self, start: int, line: bytes) -> None:
        if line.startswith(b"<<<<<<< "):
            self._shared_end = start
            self.told.append(
                f"git's marks of a conflict stand at byte {start}; both sides were read"
            )
        elif line == b"=======":
            self.parts.append(start)
        elif not loglines.is_merge_mark(line):
            shared = 0
            if loglines.read_header(line) == self._generation:
                shared = _shared_bytes(self._file, start)
            self._shared_end, self._known_until = shared, start + shared
            self.parts.append(start)
            self.told.append(
                f"another copy of a log begins at byte {start};"
                " what it adds was read as later changes"
            )

    def _apply(self, end: int) -> None:
        batch, self._batch = self._batch, []
        self._check, self._has_damage = 0, False
        if end <= self._known_until:
            return
        for doc_id, offset, stamp in batch:
            if self.parts and stamp:
                old = self._offsets.get(doc_id)
                if old is not None and self._is_apart(*old):
                    self._older.setdefault(doc_id, old)
            elif stamp and (known := self._offsets.get(doc_id)) is not None:
                self.replaced.setdefault(doc_id, []).append(known)
            self._offsets.set(doc_id, offset, stamp)

    def _is_apart(self, offset: int, stamp: int) -> bool:
        """Whether a record stands in an earlier part, and not in what that shares with this one."""
        return offset + (stamp >> 32) >= self._shared_end and offset < self.parts[-1]

    def _salvage(self, begin: int, end: int) -> None:
        """Keep of a batch that does not match its checksum the records that match theirs."""
        self._batch = []
        lost = 0
        for start, line in lines(self._file, begin, end):
            parsed = loglines.parse(line) if loglines.is_whole(line) else None
            if parsed is None:
                lost += 1
                self.damaged.append(line)
            else:
                self._batch.append((parsed[0], start, parsed[1]))
        found = {0: "a damaged checksum", 1: "one damaged record"}.get(
            lost, f"{lost} damaged records"
        )
        self.told.append(f"{found} after byte {begin}; whole records beside it: {len(self._batch)}")


def lines(file: AppendFile, begin: int, limit: int) -> Iterator[tuple[int, bytes]]:
    """Each whole line between two places, with where it begins and without its newline."""
    rest = b""
    offset = begin
    while offset + len(rest) < limit:
        at = offset + len(rest)
        block = file.read(at, min(max(_BLOCK, len(rest)), limit - at))
        if not block:
            return
        buffer = rest + block if rest else block
        position = 0
        while (newline := buffer.find(b"\n", position)) >= 0:
            yield offset + position, buffer[position:newline]
            position = newline + 1
        rest = buffer[position:]
        offset += position


def _shared_bytes(file: AppendFile, start: int) -> int:
    """How many bytes at ``start`` are the same as those at the beginning of the file."""
    same = 0
    while same < start:
        length = min(_BLOCK, start - same)
        one, other = file.read(same, length), file.read(start + same, length)
        if one == other:
            same += length
            continue
        pairs = zip(one, other, strict=False)
        return same + next(
            (n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other))
        )
    return same
