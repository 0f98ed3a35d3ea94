"""What several commands take: a text from an option, a file or stdin, and which items are meant."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from hauler_tui.errors import HaulerError, UnknownKeyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from hauler_tui.domain.haul import Series
    from hauler_tui.library.library import Library


MOST_BYTES = 16 * 1024 * 1024
"""A longer text is not taken: it is a wrong file, or one without an end."""


def read_stdin() -> bytes:
    """Everything on stdin, byte for byte. Raises UsageError where it is closed, HaulerError."""
    if sys.stdin is None:
        raise UsageError("there is no stdin to read", "pipe a text into hauler, or give it a file")
    return _read_all(sys.stdin.buffer, "stdin")


def read_file(path: Path) -> bytes:
    """Everything in a file, or on stdin for ``-``. Raises UsageError, OSError, HaulerError."""
    if path == Path("-"):
        return read_stdin()
    with path.open("rb") as stream:
        return _read_all(stream, str(path))


def _read_all(stream: IO[bytes], name: str) -> bytes:
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise HaulerError(
            f"{name} is longer than {MOST_BYTES // 1024**2} MB",
            "nothing was changed; give a shorter text",
        )
    return data


def decoded(data: bytes, name: str) -> str:
    """The text in UTF-8 bytes. Raises HaulerError naming the offset of the first wrong byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HaulerError(
            f"{name} is not UTF-8 text: byte 0x{data[error.start]:02x} at offset {error.start}",
            "nothing was changed; save the text as UTF-8 and try again",
        ) from error


def text_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``[-]``, ``--text T`` and ``--file F``: where a new text comes from."""
    command = click.argument("dash", metavar="[-]", required=False)(command)
    command = click.option("--text", metavar="T", help="The text itself.")(command)
    return click.option(
        "--file", "file", metavar="F", type=click.Path(path_type=Path), help="A file with the text."
    )(command)


def given_text(dash: str | None, text: str | None, file: Path | None) -> str | None:
    """The text that was given, exactly; None when none was. Raises UsageError for two of them."""
    if dash not in (None, "-"):
        raise UsageError(
            f"“{dash[:60]}” is one argument too many",
            "a text is given with --text, --file, or “-” for stdin",
        )
    if (dash is not None) + (text is not None) + (file is not None) > 1:
        raise UsageError("more than one text was given", "give one of --text, --file and “-”")
    if text is not None:
        return text
    if file is not None:
        return decoded(read_file(file), str(file))
    return decoded(read_stdin(), "stdin") if dash else None


def chosen_items(
    library: Library, keys: Sequence[str], query: str | None, now: datetime
) -> list[int]:
    """The ids that keys or a query name, each once. Raises UsageError, UnknownKeyError."""
    if query is not None and keys:
        raise UsageError("both KEYs and --query were given", "give one of them")
    if query is not None:
        return matching(library, query, now)
    if not keys:
        raise UsageError("no item was named", "give KEYs, or --query Q")
    return list(dict.fromkeys(library.items.find(key) for key in keys))


def matching(library: Library, query: str, now: datetime) -> list[int]:
    """The ids a query finds, newest first. Raises QueryError."""
    from hauler_tui.domain.query import parse

    parsed = parse(query, now) if query.strip() else None
    return list(library.items.view(parsed, stop=lambda: False))


def found_series(library: Library, text: str) -> Series:
    """The series a person means by its id, title pattern or slug pattern.

    Raises UnknownKeyError.
    """
    wanted = text.strip().casefold()
    for one in library.hauls.series():
        if wanted in (str(one.id), one.title.casefold(), one.slug.casefold()):
            return one
    raise UnknownKeyError(f"no series goes by “{text[:80]}”", "“hauler series list” shows them")


def the_open_issue(library: Library) -> str:
    """The slug of the only open issue. Raises UsageError for none, or naming several."""
    slugs = [haul.slug for haul in library.hauls.all() if haul.state == "open"]
    if len(slugs) == 1:
        return slugs[0]
    if slugs:
        raise UsageError(f"{len(slugs)} issues are open: {', '.join(slugs)}", "name one of them")
    raise UsageError("no issue is open", "name one, or begin one with “hauler hauls new”")
