"""JSON of strangers, which may be anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from hauler_tui.errors import SourceError


def decoded_object(body: bytes, host: str) -> dict[str, Any]:
    """The object a body holds. Raises SourceError when it holds none, or breaks off."""
    try:
        data = msgspec.json.decode(body.lstrip(b"\xef\xbb\xbf \t\r\n"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SourceError(
            f"{host or 'the source'} sent JSON that breaks off or is damaged", "try again later"
        ) from error
    if not isinstance(data, dict):
        raise SourceError(f"{host or 'the source'} sent other JSON than was asked for")
    return data


def text_of(holder: Mapping[str, Any], name: str) -> str:
    """A text in an object, of a list the first; a number as its digits; anything else is empty."""
    value = holder.get(name)
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
