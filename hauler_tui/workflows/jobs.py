"""A journey whose long parts may be done in a thread, while its library stays in its own."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

Journey: TypeAlias = Generator[Callable[[], Any], Any, T]
"""Yields what may be done in any thread, and is sent what came of it."""


def at_once(journey: Journey[T]) -> T:
    """Go the whole way in this thread. Raises what the journey raises."""
    go: Callable[[], Callable[[], Any]] = partial(next, journey)
    while True:
        try:
            job = go()
        except StopIteration as end:
            result: T = end.value
            return result
        try:
            go = partial(journey.send, job())
        except Exception as error:
            go = partial(journey.throw, error)


async def aside(journey: Journey[T]) -> T:
    """Go the way with the long parts in a thread. Raises what the journey raises."""
    import asyncio

    go: Callable[[], Callable[[], Any]] = partial(next, journey)
    while True:
        try:
            job = go()
        except StopIteration as end:
            result: T = end.value
            return result
        try:
            go = partial(journey.send, await asyncio.to_thread(job))
        except Exception as error:
            go = partial(journey.throw, error)
