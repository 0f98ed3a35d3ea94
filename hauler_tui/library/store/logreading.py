"""Reading many records of a log with few reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hauler_tui.library.store.writer import AppendFile

_GAP = 64 << 10
_RUN = 1 << 20


def records(
    file: AppendFile, rows: Iterable[tuple[int, int, int]]
) -> Iterator[tuple[int, int, bytes]]:
    """Id, stamp and line of each record of ``rows`` (id, offset, stamp), by ascending offset.

    Records that stand near each other come with one read. Raises OSError.
    """
    run: list[tuple[int, int, int]] = []
    begin = end = 0
    for row in sorted(rows, key=_offset):
        _, offset, stamp = row
        after = offset + (stamp >> 32)
        if run and (offset - end > _GAP or after - begin > _RUN):
            yield from _sliced(file.read(begin, end - begin), begin, run)
            run = []
        if not run:
            begin = end = offset
        run.append(row)
        end = max(end, after)
    if run:
        yield from _sliced(file.read(begin, end - begin), begin, run)


def groups(
    rows: Iterable[tuple[int, int, int]], limit: int = _RUN
) -> Iterator[list[tuple[int, int, int]]]:
    """``rows`` in lists whose records have about ``limit`` bytes together."""
    group: list[tuple[int, int, int]] = []
    size = 0
    for row in rows:
        group.append(row)
        size += row[2] >> 32
        if size >= limit:
            yield group
            group, size = [], 0
    if group:
        yield group


def _sliced(
    block: bytes, begin: int, run: list[tuple[int, int, int]]
) -> Iterator[tuple[int, int, bytes]]:
    for doc_id, offset, stamp in run:
        start = offset - begin
        yield doc_id, stamp, block[start : start + (stamp >> 32)]


def _offset(row: tuple[int, int, int]) -> int:
    return row[1]
