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
    """The lines of a batch, and where each record stands in them; a removal has length 0."""
    lines: list[bytes] = []
    places: list[tuple[int, int, int]] = []
    position = 0
    for doc_id, raw in records.items():
        if raw is None:
            head = b"D %d " % doc_id
            line = head + b"%08x\n" % crc32(head)
            places.append((doc_id, position, 0))
        else:
            head = b"P %d " % doc_id
            line = head + b"%08x " % crc32(raw, crc32(head)) + raw + b"\n"
            places.append((doc_id, position, len(line) - 1))
        lines.append(line)
        position += len(line)
    body = b"".join(lines)
    return body + b"C %d %08x\n" % (len(lines), crc32(body)), places


def parse(line: bytes) -> tuple[int, int] | None:
    """The id of a record, and where in its line the JSON begins; None when it is no record."""
    letter = line[:2]
    if letter != b"P " and letter != b"D ":
        return None
    space = line.find(b" ", 2)
    try:
        return int(line[2:space]), space + 10
    except ValueError:
        return None


def is_whole(line: bytes) -> bool:
    """Whether the checksum of a record is right."""
    space = line.find(b" ", 2) + 1
    head = line[:space]
    if line[:1] == b"D":
        return line[space:] == b"%08x" % crc32(head)
    raw = line[space + 9 :]
    return line[space : space + 9] == b"%08x " % crc32(raw, crc32(head))


def parse_commit(line: bytes) -> tuple[int, int] | None:
    """How many lines a commit line confirms, and their checksum; None when it is none."""
    if line[:2] != b"C ":
        return None
    try:
        _, number, check = line.split(b" ")
        commit = int(number), int(check, 16)
    except ValueError:
        return None
    return commit if line == b"C %d %08x" % commit else None


def check_on(line: bytes, check: int) -> int:
    """The checksum of a batch with one more line, given without its newline."""
    return crc32(b"\n", crc32(line, check))
