"""Ways to the clipboard: the terminal's own (OSC 52), and the platform's tools."""

from __future__ import annotations

import base64
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping

from hauler_tui.errors import HaulerError

LONGEST = 75_000
"""Bytes of text given to a terminal: as base64 100,000, and many drop a longer sequence whole."""

_PATIENCE = 3.0
"""Seconds a tool may take; xclip and wl-copy go on in the background by themselves."""


def terminal_sequence(text: str, environment: Mapping[str, str]) -> str | None:
    """What makes a terminal take a text into its clipboard (xterm's OSC 52); None if too long.

    Inside tmux it is written twice: tmux takes the first where ``set-clipboard`` is on, and hands
    the wrapped one through where ``allow-passthrough`` is.
    """
    data = text.encode("utf-8", "replace")
    if len(data) > LONGEST:
        return None
    sequence = f"\x1b]52;c;{base64.b64encode(data).decode()}\a"
    if environment.get("TMUX"):
        escaped = sequence.replace("\x1b", "\x1b\x1b")
        sequence += f"\x1bPtmux;{escaped}\x1b\\"
    return sequence


def clipboard_command(
    environment: Mapping[str, str],
    *,
    platform: str = sys.platform,
    which: Callable[[str], str | None] = shutil.which,
) -> tuple[str, ...] | None:
    """The platform's program that fills the clipboard from its input; None where there is none.

    Over SSH there is none of the desktop's: it would fill the clipboard of the other machine.
    Inside tmux there is tmux itself, which keeps the text and tells the terminal in front of it.
    """
    is_remote = bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
    candidates = [] if is_remote else _of_the_desktop(environment, platform)
    if environment.get("TMUX"):
        candidates.append(("tmux", "load-buffer", "-w", "-"))
    return next((command for command in candidates if which(command[0])), None)


def _of_the_desktop(environment: Mapping[str, str], platform: str) -> list[tuple[str, ...]]:
    candidates: list[tuple[str, ...]] = []
    if platform == "darwin":
        candidates.append(("pbcopy",))
    if environment.get("WAYLAND_DISPLAY"):
        candidates.append(("wl-copy",))
    if environment.get("DISPLAY"):
        candidates += [("xclip", "-selection", "clipboard"), ("xsel", "--clipboard", "--input")]
    if environment.get("WSL_DISTRO_NAME"):
        candidates.append(("clip.exe",))
    return candidates


def hand_to(command: tuple[str, ...], text: str) -> None:
    """Give a text to a program. Raises HaulerError when it does not take it."""
    try:
        subprocess.run(
            command,
            input=text.encode("utf-8", "replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise HaulerError(f"{command[0]} did not take the text: {error}.") from error
