"""What is written in ``library.json`` and ``library.journal``, and how it is read again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, TypeAlias

import msgspec

from hauler_tui.errors import NewerLibraryError
from hauler_tui.library.store.history import TablePatches, with_ids
from hauler_tui.library.store.lines import (
    Document,
    decode,
    decode_slowly,
    encode_ascii,
    seal,
    unseal,
)

FORMAT = 2
"""The version of the files this hauler writes."""
META = "meta"
"""The table of the snapshot that is hauler's own: counters and the tops of the history."""

Tables: TypeAlias = dict[str, dict[int, Document]]


class Unread:
    """A table that nobody asked for yet, as hauler wrote it: one document a line."""

    def __init__(self, text: memoryview, span: tuple[int, int] = (0, 0)) -> None:
        self._text = text
        self.span = span
        """Where its braces stand in the snapshot."""

    def read(self) -> dict[int, Document]:
        """The documents by id."""
        try:
            return _decode_table(self._text)
        except msgspec.DecodeError:
            # Lone surrogates and NaN pass only Python's own decoder.
            rows = decode_slowly(bytes(self._text)).items()
            return {int(doc_id): row for doc_id, row in rows}

    @cached_property
    def ids(self) -> Collection[int]:
        """The ids of the documents, of which none is read."""
        lines = bytes(self._text).split(b"\n")[1:-1]
        return frozenset(int(line[1 : line.index(b'"', 1)]) for line in lines)


StoredTables: TypeAlias = dict[str, dict[int, Document] | Unread]
"""Tables as a snapshot has them."""

_AT_ONCE = 64
_decode_table = msgspec.json.Decoder(dict[int, dict[str, Any]]).decode
_decode_tables = msgspec.json.Decoder(dict[str, dict[int, dict[str, Any]]]).decode


@dataclass(slots=True, kw_only=True)
class JournalText:
    """What the bytes of a journal say."""

    header: Document | None = None
    lines: list[Document] = field(default_factory=list)
    end: int = 0
    """Where the last whole line ends; what follows was torn off."""
    damaged: int = 0
    """Lines before that whose checksum is wrong."""
    strange: int | None = None
    """Where lines begin that do not continue the ones before, such as a second journal."""

    @property
    def last(self) -> int:
        """The number of the last line, or 0."""
        return int(self.lines[-1]["seq"]) if self.lines else 0


def new_meta() -> Document:
    """What a library without history knows of itself."""
    return {"format": FORMAT, "seq": 0, "tops": [0, 0], "counters": {}, "highest": {}}


_Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]
_META_KINDS: dict[str, Any] = {
    "seq": _Count,
    "tops": tuple[_Count, _Count],
    "counters": dict[str, _Count],
    "highest": dict[str, _Count],
}


def put_right(meta: Document) -> list[str]:
    """Begin anew with what of hauler's own knowledge makes no sense, and name it."""
    wrong = []
    for name, kind in _META_KINDS.items():
        try:
            msgspec.convert(meta[name], kind)
        except msgspec.ValidationError:
            meta[name] = new_meta()[name]
            wrong.append(name)
    return wrong


def snapshot_bytes(
    tables: Mapping[str, Mapping[int, Document]],
    meta: Document,
    pause: Callable[[], None] | None = None,
) -> bytes:
    """A stock TinyDB file with one document a line and a newline at its end.

    ``pause`` is called again and again, so that other threads may go first.
    """
    parts: list[bytes] = []
    for name, rows in {**tables, META: {1: meta}}.items():
        parts.append((b",\n" if parts else b"") + encode_ascii(name) + b": {")
        lines: list[bytes] = []
        for doc_id, row in rows.items():
            if pause is not None and not len(lines) % _AT_ONCE:
                pause()
            lines.append(b'\n"%d": %b' % (doc_id, encode_ascii(row)))
        parts.append(b",".join(lines) + b"\n}")
    return b"{\n" + b"".join(parts) + b"\n}\n"


def read_snapshot(data: bytes, *, is_ours: bool) -> tuple[StoredTables, Document] | None:
    """The tables and hauler's own knowledge in a TinyDB file; None when it is not one.

    Where hauler is known to have written it, the tables come unread. Raises NewerLibraryError.
    """
    unread = unread_tables(data) if is_ours else None
    tables: StoredTables | None = None if unread is None else {**unread}
    if tables is None:
        tables = _tables(data)
    if tables is None:
        return None
    known = tables.pop(META, {})
    own = (known.read() if isinstance(known, Unread) else known).get(1, {})
    _check_format(own.get("format", FORMAT))
    return tables, {**new_meta(), **own}


def unread_tables(data: bytes) -> dict[str, Unread] | None:
    """The tables of a snapshot as ``snapshot_bytes`` lays it out; None when it is not."""
    tables: dict[str, Unread] = {}
    text = memoryview(data)
    start = 2
    while (head := data.find(b": {", start)) >= 0:
        end = data.find(b"\n}", head)
        if end < 0:
            return None
        span = head + 2, end + 2
        tables[decode(data[start:head])] = Unread(text[span[0] : span[1]], span)
        start = end + 4
    return tables if data[start - 2 :] == b"\n}\n" or not tables else None


def _tables(data: bytes) -> StoredTables | None:
    try:
        return dict(_decode_tables(data))
    except (msgspec.DecodeError, ValueError):
        pass  # Lone surrogates, NaN, and ids such as 007, which other programs may write.
    try:
        tables: dict[str, dict[int, Document]] = {
            name: {int(doc_id): row for doc_id, row in rows.items()}
            for name, rows in decode_slowly(data).items()
        }
    except (ValueError, AttributeError):
        return None
    is_sound = all(type(row) is dict for rows in tables.values() for row in rows.values())
    return dict(tables) if is_sound else None


def header_bytes(identity: str, snapshot: bytes, previous: str) -> bytes:
    """The first line of a journal: its name, the snapshot it continues, the journal before."""
    digest = sha256(snapshot).hexdigest()
    return seal(
        {"hauler": FORMAT, "generation": identity, "snapshot": digest, "previous": previous}
    )


def read_journal(data: bytes) -> JournalText:
    """Every good line of a journal in order. Raises NewerLibraryError."""
    text = JournalText()
    position = 0
    last_seq = 0
    bad = 0
    while (newline := data.find(b"\n", position)) >= 0:
        line = unseal(data[position : newline + 1])
        if line is None:
            bad += 1
        elif "hauler" in line and position == 0:
            _check_format(line["hauler"])
            text.header = line
        elif "hauler" in line or line["seq"] <= last_seq:
            text.strange = position
            break
        else:
            last_seq = line["seq"]
            text.lines.append(line)
        position = newline + 1
        if line is not None:
            text.end = position
            text.damaged += bad
            bad = 0
    return text


def patches_of(line: Document) -> TablePatches:
    """What a line of the journal changed. In format 1 it held whole documents."""
    if "patches" in line:
        return with_ids(line["patches"])
    return {
        name: {
            doc_id: None if document is None else {"is": document}
            for doc_id, document in documents.items()
        }
        for name, documents in with_ids(line["changes"]).items()
    }


def _check_format(version: Any) -> None:
    if not isinstance(version, int) or version > FORMAT:
        raise NewerLibraryError(
            f"this library was written by a newer hauler (format {version})",
            "update hauler, or open another folder with --library",
        )
