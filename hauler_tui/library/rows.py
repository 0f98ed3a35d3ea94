"""Which rows of ``library.json`` fit what their table holds."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import msgspec

from hauler_tui.domain.feed import Feed, FeedState
from hauler_tui.domain.harvest import Harvest
from hauler_tui.domain.haul import Series
from hauler_tui.domain.ledger import DayRecord
from hauler_tui.domain.lookup import HostPause, Lookup
from hauler_tui.library.harvests import HARVESTS
from hauler_tui.library.joined import JOINED, MET, JoinRow, MetRow
from hauler_tui.library.radar import NEWS, Dismissed
from hauler_tui.library.records import (
    Coverage,
    HaulRow,
    Mark,
    MutingRow,
    NoteRow,
    ReadBlock,
    RetentionRow,
    WrittenRow,
)

KINDS: Mapping[str, tuple[type, str]] = {
    "feeds": (Feed, "id"),
    "feed_state": (FeedState, ""),
    "marks": (Mark, ""),
    "notes": (NoteRow, ""),
    "series": (Series, "id"),
    "hauls": (HaulRow, ""),
    "coverage": (Coverage, ""),
    "written": (WrittenRow, ""),
    "ledger": (DayRecord, ""),
    "ledger_state": (FeedState, ""),
    HARVESTS: (Harvest, ""),
    "read": (ReadBlock, ""),
    "hidden": (ReadBlock, ""),
    "gone": (ReadBlock, ""),
    "lookups": (Lookup, ""),
    "lookup_hosts": (HostPause, ""),
    "muted": (ReadBlock, ""),
    "muting": (MutingRow, ""),
    "retention": (RetentionRow, ""),
    JOINED: (JoinRow, ""),
    MET: (MetRow, ""),
    NEWS: (Dismissed, ""),
}
"""What a row of each table is read as, and the field that is its document id."""


def fits(table: str, doc_id: int, row: Mapping[str, Any]) -> bool:
    """Whether a row can be read as what its table holds; of other tables any row can."""
    return misfit(table, doc_id, row) is None


def misfit(table: str, doc_id: int, row: Mapping[str, Any]) -> str | None:
    """Why a row cannot be read as what its table holds; None where it can."""
    if table not in KINDS:
        return None
    kind, id_field = KINDS[table]
    try:
        value: object = msgspec.convert({**row, id_field: doc_id} if id_field else row, kind)
        if isinstance(value, ReadBlock):
            b64decode(value.bits, validate=True)
    except ValueError as error:
        return str(error)
    if doc_id <= 0:
        return "its id is not above 0"
    held = [getattr(value, field.name) for field in fields(kind)]
    if any(not each.tzinfo for each in held if isinstance(each, datetime)):
        return "a time without its zone"
    return None
