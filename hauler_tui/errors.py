"""What can go wrong, as one tree.

HaulerError
├── UsageError              the command was not understood (exit 2)
│   └── QueryError          the query was not (``domain.query``)
├── ConfigError             config.toml or a theme is wrong
├── LibraryError            the library cannot be read or written
│   ├── LibraryLockedError  another hauler is writing to it
│   ├── NewerLibraryError   a newer hauler wrote it
│   ├── ChangedElsewhereError  plain TinyDB changed library.json meanwhile
│   └── UnknownKeyError     no item, feed or issue goes by that name
├── SourceError             an address cannot be fetched or understood
└── HaulError               a Markdown issue cannot be read or written
    └── UnreadableError     a file is no text that could be an issue
"""

from __future__ import annotations


class HaulerError(Exception):
    """An expected failure, told to the person as ``error: what`` and ``hint: what to do``."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(HaulerError):
    """The command, an argument or a query was not understood."""

    exit_code = 2


class ConfigError(HaulerError):
    """The configuration or a theme file is wrong."""


class LibraryError(HaulerError):
    """The library cannot be opened, read or written."""


class LibraryLockedError(LibraryError):
    """Another hauler holds the library for writing."""


class NewerLibraryError(LibraryError):
    """The library was written by a newer hauler than this one."""


class ChangedElsewhereError(LibraryError):
    """Another program wrote ``library.json`` after hauler's last snapshot."""


class UnknownKeyError(LibraryError):
    """No item, feed, series or issue goes by the given name."""


class SourceError(HaulerError):
    """An address cannot be fetched, is refused, or does not hold what was expected."""


class HaulError(HaulerError):
    """A Markdown issue cannot be read, compiled or written."""


class UnreadableError(HaulError):
    """A file is missing, too large, or not text; ``line`` is the line to look at, from 1."""

    def __init__(self, message: str, hint: str = "", *, line: int = 1) -> None:
        super().__init__(message, hint)
        self.line = line
