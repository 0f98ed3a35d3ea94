"""The lines of a log, readable with ``less``.

    G 1 <generation> <crc>      first line: version of the format, name of this log
    P <id> <crc> <json>         a document
    D <id> <crc>                a document removed
    C <n> <crc>                 the n lines before are one batch, and whole

The checksum of a record covers its letter, id and JSON; that of a batch all its lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

from hauler_tui.errors import NewerLibraryError

FORMAT = 1
LONGEST = (1 << 31) - 1
"""Bytes a record may have, so that a stamp fits into 63 bits."""

_MERGE_MARKS = (b"<<<<<<< ", b"||||||| ", b">>>>>>> ")


def header(generation: str) -> bytes:
    """The first line of the log called ``generation``."""
    text = b"G %d %b " % (FORMAT, generation.encode())
    return text + b"%08x\n" % crc32(text)


def read_header(line: bytes) -> str | None:
    """The name of the log; None when the line is damaged. Raises NewerLibraryError."""
    parts = line.split(b" ")
    if len(parts) != 4 or parts[0] != b"G":
        return None
    if parts[3] != b"%08x" % crc32(line[: -len(parts[3])]):
        return None
    if int(parts[1]) > FORMAT:
        raise NewerLibraryError(
            f"this library was written by a newer hauler (log format {int(parts[1])})",
            "update hauler, or open another folder with --library",
        )
    return parts[2].decode()


def batch(
    records: Mapping[int, bytes | None],
) -> tuple[bytes, list[tuple[int, int, int]]]:
    """The lines of a batch; and the id, the beginning in them and the stamp of each record.

    Raises ValueError for a document that is too long.
    """
    lines: list[bytes] = []
    places: list[tuple[int, int, int]] = []
    position = whole = 0
    for doc_id, raw in records.items():
        if raw is None:
            line = removal(doc_id)
            places.append((doc_id, position, 0))
        else:
            head = b"P %d " % doc_id
            check = crc32(raw, crc32(head))
            line = b"%b%08x %b\n" % (head, check, raw)
            if len(line) > LONGEST:
                raise ValueError("a document of more than 2 GB")
            places.append((doc_id, position, len(line) - 1 << 32 | check))
        lines.append(line)
        whole = crc32(line, whole)
        position += len(line)
    lines.append(commit(len(places), whole))
    return b"".join(lines), places


def stamp(doc_id: int, raw: bytes) -> int:
    """The stamp of the record of a document: its length and its checksum in one number."""
    head = b"P %d " % doc_id
    return len(head) + 9 + len(raw) << 32 | crc32(raw, crc32(head))


def removal(doc_id: int) -> bytes:
    """The line that says a document was removed."""
    head = b"D %d " % doc_id
    return head + b"%08x\n" % crc32(head)


def commit(count: int, check: int) -> bytes:
    """The line that confirms the ``count`` lines before it, whose checksum is ``check``."""
    return b"C %d %08x\n" % (count, check)


def parse(line: bytes) -> tuple[int, int] | None:
    """The id of a record and its stamp, 0 for a removal; None when it is no record.

    Whether the JSON fits the checksum is not looked at.
    """
    letter = line[:2]
    if letter != b"P " and letter != b"D ":
        return None
    space = line.find(b" ", 2)
    try:
        doc_id, check = int(line[2:space]), int(line[space + 1 : space + 9], 16)
    except ValueError:
        return None
    return doc_id, len(line) << 32 | check if letter == b"P " else 0


def json_of(doc_id: int, stamp: int, line: bytes) -> bytes | None:
    """The JSON of the record that has this stamp; None when a single bit of it is off."""
    head = b"P %d " % doc_id
    check = stamp & 0xFFFFFFFF
    start = len(head) + 9
    if line[:start] != b"%b%08x " % (head, check):
        return None
    raw = line[start:]
    return raw if crc32(raw, crc32(head)) == check else None


def is_whole(line: bytes) -> bool:
    """Whether the checksum of a record is right."""
    parsed = parse(line)
    if parsed is None:
        return False
    doc_id, stamp = parsed
    if stamp:
        return json_of(doc_id, stamp, line) is not None
    return line == removal(doc_id)[:-1]


def parse_commit(line: bytes) -> tuple[int, int] | None:
    """How many lines a commit line confirms, and their checksum; None when it is none."""
    if line[:2] != b"C ":
        return None
    try:
        _, number, check = line.split(b" ")
        parsed = int(number), int(check, 16)
    except ValueError:
        return None
    return parsed if line == b"C %d %08x" % parsed else None


def is_merge_mark(line: bytes) -> bool:
    """Whether git wrote the line between the two sides of a conflict."""
    return line == b"=======" or line.startswith(_MERGE_MARKS)


def check_on(line: bytes, check: int) -> int:
    """The checksum of a batch with one more line, given without its newline."""
    return crc32(b"\n", crc32(line, check))
