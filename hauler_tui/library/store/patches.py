"""What became of a document, told in as few bytes as it takes.

    null                                               the document is gone
    {"is": value}                                      the whole value
    {"set": {…}, "drop": […], "in": {…}, "order": […]} an object: fields that have a value now,
                                                       fields that are gone, fields that changed
                                                       within, every field where their order did
    {"at": n, "cut": k, "put": x, "of": [l, crc]}      a text or list: behind its first n parts,
                                                       k are replaced by those of x
    {"at": n, "in": patch, "of": [l, crc]}             a list: its part n changed within

``of`` says what a splice was made from: how long that was, and a checksum of what stands around
the place. Elsewhere it does not fit and is left out.
"""

from __future__ import annotations

from operator import is_
from typing import Any, TypeAlias
from zlib import crc32

from hauler_tui.library.store.lines import Document, encode, same

Patch: TypeAlias = dict[str, Any] | None
"""What became of one document; JSON as well."""

_SLACK = 64
_AROUND = 16
_GLANCE = 8


def difference(before: Document | None, after: Document | None) -> Patch:
    """What turns ``before`` into ``after``, at most 64 bytes longer than ``after`` itself.

    Both are as ``lines.plain`` gives them; None is a document that is not there.
    """
    if after is None:
        return None
    if before is None:
        return {"is": after}
    # Fields that stayed are not named even where the whole is shorter: what something else makes
    # of them later is not undone with this change.
    patch = _between_objects(before, after)
    return patch if _is_longer(after, len(encode(patch)) - _SLACK) else {"is": after}


def applied(
    document: Document | None, patch: Patch, misfits: list[str] | None = None
) -> Document | None:
    """``document`` as ``patch`` makes it; the given one is left as it is.

    On another document than the patch was made from, fields that were set are set, and what does
    not fit is left out: ``misfits`` then takes its places, such as ``lanes.2.text``.
    """
    if patch is None:
        return None
    if document is None and "is" not in patch:
        if misfits is not None:
            misfits.append("")
        return None
    patched: Document | None = _applied(document, patch, [] if misfits is None else misfits, "")
    return patched


def _between(before: Any, after: Any) -> dict[str, Any]:
    patch: dict[str, Any] | None = None
    if type(before) is dict and type(after) is dict:
        patch = _between_objects(before, after)
    elif type(before) is list and type(after) is list:
        patch = _between_lists(before, after)
    elif type(before) is str and type(after) is str:
        patch = _between_texts(before, after)
    if patch is None or not _is_longer(after, len(encode(patch))):
        return {"is": after}
    return patch


def _between_objects(before: Document, after: Document) -> dict[str, Any]:
    given: Document = {}
    within: Document = {}
    for field, value in after.items():
        if field not in before:
            given[field] = value
        elif not same(before[field], value):
            part = _between(before[field], value)
            if "is" in part:
                given[field] = value
            else:
                within[field] = part
    patch: dict[str, Any] = {}
    if given:
        patch["set"] = given
    if dropped := [field for field in before if field not in after]:
        patch["drop"] = dropped
    if within:
        patch["in"] = within
    kept = [field for field in before if field in after]
    if kept + [field for field in after if field not in before] != list(after):
        patch["order"] = list(after)
    return patch


def _between_lists(before: list[Any], after: list[Any]) -> dict[str, Any]:
    shorter = min(len(before), len(after))
    # A list that only grew shares all it held before.
    head = shorter if all(map(is_, before, after)) else 0
    while head < shorter and same(before[head], after[head]):
        head += 1
    tail = 0
    while tail < shorter - head and same(before[-1 - tail], after[-1 - tail]):
        tail += 1
    cut = len(before) - head - tail
    put = after[head : len(after) - tail]
    of = [len(before), _sum_of_list(before, head, cut)]
    if cut == len(put) == 1:
        part = _between(before[head], put[0])
        if "is" not in part:
            return {"at": head, "in": part, "of": of}
    return {"at": head, "cut": cut, "put": put, "of": of}


def _between_texts(before: str, after: str) -> dict[str, Any]:
    head = _common_head(before, after)
    tail = _common_tail(before, after, min(len(before), len(after)) - head)
    cut = len(before) - head - tail
    put = after[head : len(after) - tail]
    return {
        "at": head,
        "cut": cut,
        "put": put,
        "of": [len(before), _sum_of_text(before, head, cut)],
    }


def _common_head(one: str, other: str) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _common_tail(one: str, other: str, limit: int) -> int:
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low


def _sum_of_text(text: str, at: int, cut: int) -> int:
    around = text[max(0, at - _AROUND) : at + cut + _AROUND]
    return crc32(around.encode(errors="surrogatepass"))


def _sum_of_list(parts: list[Any], at: int, cut: int) -> int:
    around = parts[max(0, at - 1) : at + cut + 1]
    return crc32(encode([_glance(part) for part in around]))


def _glance(value: Any) -> Any:
    """What tells a value from its like, and stays short."""
    if type(value) is str:
        return [len(value), value[:_GLANCE], value[-_GLANCE:]]
    if type(value) is dict:
        return {field: _glance(part) for field, part in value.items()}
    if type(value) is list:
        return len(value)
    return value


def _is_longer(value: Any, length: int) -> bool:
    """Whether the JSON of ``value`` has more than ``length`` bytes, without making much more."""
    return _least(value, length) > length or len(encode(value)) > length


def _least(value: Any, enough: int) -> int:
    """Bytes that the JSON of ``value`` has at least, counted until they are more than enough."""
    kind = type(value)
    if kind is str:
        return len(value) + 2
    if kind is not dict and kind is not list:
        return 1
    size = 2
    for part in value:
        if size > enough:
            break
        size += _least(part, enough - size)
        if kind is dict:
            size += 1 + _least(value[part], enough - size)
    return size


def _applied(value: Any, patch: dict[str, Any], misfits: list[str], place: str) -> Any:
    if "is" in patch:
        return patch["is"]
    if "at" not in patch:
        if type(value) is dict:
            return _applied_to_object(value, patch, misfits, place)
    elif type(value) is str and type(patch.get("put")) is str:
        at, cut, put = patch["at"], patch["cut"], patch["put"]
        if patch["of"] == [len(value), _sum_of_text(value, at, cut)]:
            return value[:at] + put + value[at + cut :]
    elif type(value) is list and type(patch.get("put")) is not str:
        at, cut = patch["at"], patch.get("cut", 1)
        if patch["of"] == [len(value), _sum_of_list(value, at, cut)]:
            put = patch.get("put")
            if put is None:
                put = [_applied(value[at], patch["in"], misfits, f"{place}{at}.")]
            return value[:at] + put + value[at + cut :]
    misfits.append(place.rstrip("."))
    return value


def _applied_to_object(
    value: Document, patch: dict[str, Any], misfits: list[str], place: str
) -> Document:
    document = dict(value)
    for field in patch.get("drop", ()):
        document.pop(field, None)
    document.update(patch.get("set", {}))
    for field, part in patch.get("in", {}).items():
        if field in document:
            document[field] = _applied(document[field], part, misfits, f"{place}{field}.")
        else:
            misfits.append(f"{place}{field}")
    if order := patch.get("order"):
        first = {field: document[field] for field in order if field in document}
        return {**first, **document}
    return document
