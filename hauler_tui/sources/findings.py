"""What the reader's process and the one that looks links up say to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from hauler_tui.domain.lookup import Broken, Finding, Found, Held, Question, Unknown
from hauler_tui.sources.settings import FetchSettings, Services

_T = TypeVar("_T")


class LookupOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What the process reads on its standard input."""

    questions: tuple[Question, ...]
    settings: FetchSettings
    services: Services
    now: datetime
    rested: Mapping[str, float]
    """Seconds since each group of hosts was asked last, as far as is known."""


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the process: what came of some questions; of none it is a sign of life."""

    found: tuple[Found, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    broken: tuple[Broken, ...] = ()
    held: tuple[Held, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of them."""
        return (*self.found, *self.unknown, *self.broken, *self.held)


def encode(findings: Sequence[Finding]) -> bytes:
    """One line with findings. Raises UnicodeEncodeError for text that is no Unicode."""
    told = Told(
        found=_of(Found, findings),
        unknown=_of(Unknown, findings),
        broken=_of(Broken, findings),
        held=_of(Held, findings),
    )
    return msgspec.json.encode(told) + b"\n"


def decode(line: bytes) -> tuple[Finding, ...]:
    """The findings in a line. Raises msgspec.DecodeError."""
    return msgspec.json.decode(line, type=Told).findings


def _of(kind: type[_T], findings: Sequence[Finding]) -> tuple[_T, ...]:
    return tuple(finding for finding in findings if isinstance(finding, kind))
