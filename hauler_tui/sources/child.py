"""A process that works for this one, from this side: started, heard out, and never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path

import msgspec

import hauler_tui
from hauler_tui.sources.messages import LONGEST_LINE

_SECONDS_TO_EXIT = 5.0
_KEPT_OF_STDERR = 8_192


async def converse(
    command: Sequence[str], order: bytes, listen: Callable[[asyncio.StreamReader], Awaitable[bool]]
) -> str:
    """Give a new process its order and hear it out; why it did not do all of it, if it did not.

    ``listen`` reads what it says and tells whether everything came. The process is killed however
    this ends. Never raises for what the process does.
    """
    try:
        return await _converse(command, order, listen)
    except TimeoutError:
        return "said nothing for too long and was stopped"
    except (msgspec.MsgspecError, ValueError):
        return "answered nonsense and was stopped"
    except OSError as error:
        return f"could not be started ({error.strerror or error})"


async def _converse(
    command: Sequence[str], order: bytes, listen: Callable[[asyncio.StreamReader], Awaitable[bool]]
) -> str:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=pipe, limit=LONGEST_LINE, env=_environment()
    )
    stdin, stdout, stderr = process.stdin, process.stdout, process.stderr
    if stdin is None or stdout is None or stderr is None:
        raise ValueError("the process was started without pipes")
    complaint = asyncio.create_task(_end_of(stderr))
    try:
        with contextlib.suppress(ConnectionError):
            stdin.write(order)
            await stdin.drain()
        stdin.close()
        if not await listen(stdout):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _SECONDS_TO_EXIT)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        said = await _undisturbed(_last_words(process, stdout, complaint))
    return f"ended early ({_how(process.returncode, said)})"


async def _last_words(
    process: asyncio.subprocess.Process,
    stdout: asyncio.StreamReader,
    complaint: asyncio.Task[str],
) -> str:
    """Wait for the end of a killed process, and what it complained about last."""
    await stdout.read()
    said = await complaint
    await process.wait()
    return said


async def _undisturbed(work: Coroutine[None, None, str]) -> str:
    """Do some work to its end, and only then be cancelled, if that was wanted meanwhile."""
    task = asyncio.create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    return task.result()


async def _end_of(stream: asyncio.StreamReader) -> str:
    """The last of what a process complained about."""
    kept = b""
    while chunk := await stream.read(_KEPT_OF_STDERR):
        kept = (kept + chunk)[-_KEPT_OF_STDERR:]
    return kept.decode("utf-8", "replace")


def _how(code: int | None, said: str) -> str:
    """How a process ended, in a few words."""
    if code is not None and code < 0:
        return f"killed by signal {-code}"
    lines = said.strip().splitlines()
    return re.sub(r"[^\x20-\x7e]", "?", lines[-1])[:200] if lines else f"exit code {code}"


def _environment() -> dict[str, str]:
    """The environment of this process, with hauler itself importable in the worker."""
    home = str(Path(hauler_tui.__file__).resolve().parent.parent)
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": home + os.pathsep + path if path else home}
