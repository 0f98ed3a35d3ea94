"""What the commands print: plain text without control characters, JSON, and exact bytes."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from hauler_tui.domain.text import clean_line, visible

# JSON escapes only C0; a terminal obeys C1 too, and bidi controls reorder what is read.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


_WIDEST = 48
"""The widest column that rows are aligned to, in characters."""


def say(text: str = "") -> None:
    """Print a result to stdout, control characters made visible."""
    click.echo(visible(text))


def tell(text: str) -> None:
    """Print a message or progress to stderr, control characters made visible."""
    click.echo(visible(text), err=True)


def say_json(value: Any) -> None:
    """Print a JSON value to stdout, in UTF-8 whatever the locale says."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    say_bytes(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode() + b"\n")


def say_bytes(data: bytes) -> None:
    """Write bytes to stdout as they are, after what was printed before."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def say_document(text: str) -> None:
    """Write a person's text to stdout: exactly, unless a terminal would obey what it holds."""
    if sys.stdout.isatty():
        say(text.removesuffix("\n"))
    else:
        say_bytes(text.encode("utf-8", "surrogatepass"))


def say_table(rows: Sequence[Sequence[object]]) -> None:
    """Print rows in aligned columns; the last column is free text and is not padded.

    A cell of unusual length pushes its own row aside and not every other one.
    """
    cells = [[clean_line(str(cell)) for cell in row] for row in rows]
    widths = [
        max((len(cell) for cell in column if len(cell) <= _WIDEST), default=0)
        for column in zip(*cells, strict=True)
    ][:-1]
    for row in cells:
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        say("  ".join([*padded, row[-1]]).rstrip())


def iso(moment: datetime | None) -> str | None:
    """A time as JSON shows it: ISO 8601 in UTC, seconds, ``Z``."""
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def day(moment: datetime | None) -> str:
    """A date as a person reads it, in their own time zone; empty for none."""
    return moment.astimezone().strftime("%Y-%m-%d") if moment else ""


def moment(at: datetime) -> str:
    """A date and time as a person reads it, in their own time zone."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def count(number: int, noun: str, plural: str = "") -> str:
    """``1 item``, ``2 items``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def byte_count(number: int) -> str:
    """``512 bytes``, ``4.1 MB``."""
    if number < 1000:
        return count(number, "byte")
    size, units = number / 1000, ("kB", "MB", "GB", "TB")
    for unit in units[:-1]:
        if size < 999.95:
            return f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} {units[-1]}"
