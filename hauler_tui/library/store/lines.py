"""The text of the library's files: JSON on one line, with a checksum that finds any damage."""

from __future__ import annotations

import json
import marshal
from math import nan
from operator import is_
from typing import Any, TypeAlias
from zlib import crc32

import msgspec

Document: TypeAlias = dict[str, Any]
"""What JSON can say of one thing; never changed in place once it is stored."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_encode_ascii = json.JSONEncoder(separators=(",", ":")).encode
_decode = json.JSONDecoder().decode
_decode_quickly = msgspec.json.Decoder().decode

_MANY = 8
"""Parts from which on the standard library's C code copies a list faster than a loop does."""

_SEAL = b',"crc":"%08x"}'
_SEAL_LENGTH = len(_SEAL % 0)


def encode(value: Any) -> bytes:
    """JSON as UTF-8 on one line; lone surrogates, which UTF-8 cannot hold, as escapes.

    Raises TypeError or ValueError for what JSON cannot say.
    """
    try:
        return _encode(value).encode()
    except UnicodeEncodeError:
        return encode_ascii(value)


def encode_ascii(value: Any) -> bytes:
    """JSON in ASCII alone, which plain TinyDB reads in any locale."""
    return _encode_ascii(value).encode("ascii")


def decode(data: bytes) -> Any:
    """What ``encode`` was given, as JSON has it. Raises ValueError."""
    try:
        return _decode_quickly(data)
    except (msgspec.DecodeError, ValueError):
        # Lone surrogates, NaN and the infinities pass only Python's own decoder.
        return decode_slowly(data)


def decode_slowly(data: bytes) -> Any:
    """What ``decode`` says, by the standard library alone. Raises ValueError."""
    try:
        return _decode(data.decode())
    except RecursionError as error:
        raise ValueError("JSON that is nested too deeply") from error


def plain(value: Any) -> Any:
    """A private copy of ``value`` as it would come back from JSON: tuples are lists, keys strings.

    Raises TypeError or ValueError for what JSON cannot say.
    """
    kind = type(value)
    if kind is str:
        return value if value.isascii() else _plain_text(value)
    if kind is int or kind is bool or value is None:
        return value
    if kind is float:
        return value if value == value else nan  # of the many, the one that JSON gives
    if kind is dict and all(type(key) is str for key in value):
        return {plain(key): plain(part) for key, part in value.items()}
    if (kind is list or kind is tuple) and len(value) < _MANY:
        return [plain(part) for part in value]
    return _decode(_encode_ascii(value))


def _plain_text(text: str) -> str:
    """The text with the two halves of a surrogate pair as the one character JSON makes of them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return str(_decode(_encode_ascii(text)))
    return text


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; unlike ``==``, 1 is neither 1.0 nor true.

    Both are as ``plain`` gives them. The order of an object's fields counts.
    """
    if one is other:
        return True
    kind = type(one)
    if kind is not type(other):
        return False
    if kind is str:
        return bool(one == other)
    if kind is dict or kind is list:
        if len(one) != len(other):
            return False
        # A document shares with the one it came from what did not change.
        if kind is dict and any(map(is_, one.values(), other.values())):
            return list(one) == list(other) and all(map(same, one.values(), other.values()))
        if kind is list and any(map(is_, one, other)):
            return all(map(same, one, other))
    # Format 2 has no references, so that equal values are equal bytes.
    return marshal.dumps(one, 2) == marshal.dumps(other, 2)


def seal(payload: Document) -> bytes:
    """One line: the JSON object with a checksum of its own text as its last member."""
    text = encode(payload)[:-1]
    return text + _SEAL % crc32(text) + b"\n"


def unseal(line: bytes) -> Document | None:
    """The object ``seal`` was given, without the checksum; None when a single bit is off."""
    line = line.removesuffix(b"\n")
    text = line[:-_SEAL_LENGTH]
    if line[-_SEAL_LENGTH:] != _SEAL % crc32(text):
        return None
    try:
        payload = decode(text + b"}")
    except ValueError:
        return None
    return payload if isinstance(payload, dict) else None
