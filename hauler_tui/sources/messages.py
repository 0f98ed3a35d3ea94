"""What the reader's process and a worker say to each other: one JSON document a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from hauler_tui.domain.entry import Entry
from hauler_tui.domain.feed import Failed, Outcome, Unchanged, Updated, Waiting
from hauler_tui.sources.settings import FetchSettings, Job

_ENTRIES_A_LINE = 100
SIGN_OF_LIFE = b"{}\n"
"""A line that says nothing but that the worker is alive."""
LONGEST_LINE = 256 * 1024 * 1024
"""Bytes; a worker that writes a longer line is broken."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker reads on its standard input."""

    jobs: tuple[Job, ...]
    settings: FetchSettings
    now: datetime
    rested: Mapping[str, float] = {}
    """Seconds since groups of hosts were asked last, as far as is known."""


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a worker: some entries of a feed, an outcome, or nothing but a sign of life.

    The entries of an update come first, a hundred a line, so that no line takes long to decode.
    """

    entries: tuple[Entry, ...] = ()
    updated: Updated | None = None
    unchanged: Unchanged | None = None
    waiting: Waiting | None = None
    failed: Failed | None = None

    @property
    def outcome(self) -> Outcome | None:
        """The outcome the line carries, if any."""
        return self.updated or self.unchanged or self.waiting or self.failed


def encode(outcome: Outcome) -> Iterator[bytes]:
    """The lines that carry an outcome. Raises UnicodeEncodeError for text that is no Unicode."""
    encoder = msgspec.json.Encoder()
    match outcome:
        case Updated():
            for start in range(0, len(outcome.entries), _ENTRIES_A_LINE):
                part = outcome.entries[start : start + _ENTRIES_A_LINE]
                yield encoder.encode(Message(entries=part)) + b"\n"
            message = Message(updated=replace(outcome, entries=()))
        case Unchanged():
            message = Message(unchanged=outcome)
        case Waiting():
            message = Message(waiting=outcome)
        case Failed():
            message = Message(failed=outcome)
    yield encoder.encode(message) + b"\n"


class Decoder:
    """Puts the lines of one worker together again."""

    def __init__(self) -> None:
        self._decoder = msgspec.json.Decoder(Message)
        self._entries: list[Entry] = []

    def add(self, line: bytes) -> Outcome | None:
        """The outcome a line completes, if it does. Raises msgspec.DecodeError."""
        message = self._decoder.decode(line)
        self._entries.extend(message.entries)
        outcome = message.outcome
        if isinstance(outcome, Updated):
            outcome = replace(outcome, entries=tuple(self._entries))
            self._entries.clear()
        return outcome
