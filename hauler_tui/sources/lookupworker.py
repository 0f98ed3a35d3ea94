"""A process of its own that looks up what captured links are, as the one for feeds does.

Run as ``python -P -m hauler_tui.sources.lookupworker``: a LookupOrder as JSON on standard input,
findings on standard output, a line for each answer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import BinaryIO

import msgspec

from hauler_tui.domain.lookup import Broken, Finding, Found
from hauler_tui.sources.asking import Asking
from hauler_tui.sources.findings import LookupOrder, encode
from hauler_tui.sources.http import Client
from hauler_tui.sources.network import Resolver, system_resolver
from hauler_tui.sources.pacing import Pacer
from hauler_tui.sources.process import begin, limit_memory, write

_SIGN_OF_LIFE_SECONDS = 5.0


def main() -> None:
    """Read an order, carry it out, and write what came of it."""
    ordered, output = begin()
    order = msgspec.json.decode(ordered, type=LookupOrder)
    limit_memory(order.settings.memory_bytes)
    with contextlib.suppress(BrokenPipeError), output:
        asyncio.run(work(order, output))


async def work(
    order: LookupOrder, output: BinaryIO, *, resolve: Resolver = system_resolver
) -> None:
    """Carry out an order and write what came of each question as soon as it is known.

    Raises OSError when nobody reads the output any more.
    """

    def hand_over(findings: Sequence[Finding]) -> None:
        write(output, _line(findings))

    clock = asyncio.get_running_loop().time
    pacer = Pacer(clock=clock, rested=order.rested)
    breathing = asyncio.create_task(_breathe(output))
    try:
        async with Client(order.settings, resolve=resolve) as client:
            await Asking(order, client, pacer, hand_over).run()
    finally:
        breathing.cancel()


async def _breathe(output: BinaryIO) -> None:
    while True:
        await asyncio.sleep(_SIGN_OF_LIFE_SECONDS)
        write(output, encode(()))


def _line(findings: Sequence[Finding]) -> bytes:
    """The findings as a line; where one cannot be written, each that can."""
    try:
        return encode(findings)
    except (UnicodeEncodeError, msgspec.MsgspecError):
        return encode([_writable(finding) for finding in findings])


def _writable(finding: Finding) -> Finding:
    try:
        encode([finding])
    except (UnicodeEncodeError, msgspec.MsgspecError):
        host = finding.host if isinstance(finding, Found) else ""
        reason = f"{host or 'the source'} told what cannot be kept"
        return Broken(item_id=finding.item_id, host=host, reason=reason)
    return finding


if __name__ == "__main__":
    main()
