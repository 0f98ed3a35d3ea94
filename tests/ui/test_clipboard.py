"""Ways to the clipboard."""

from __future__ import annotations

import base64
import sys

import pytest

from hauler_tui.errors import HaulerError
from hauler_tui.ui.clipboard import LONGEST, clipboard_command, hand_to, terminal_sequence


def test_the_terminal_is_told_in_base64() -> None:
    sequence = terminal_sequence("näive", {})
    assert sequence == f"\x1b]52;c;{base64.b64encode('näive'.encode()).decode()}\a"


def test_tmux_is_told_itself_and_hands_it_through() -> None:
    plain = terminal_sequence("x", {})
    wrapped = terminal_sequence("x", {"TMUX": "/tmp/tmux-0/default,1,0"})
    assert plain is not None
    assert wrapped == plain + "\x1bPtmux;\x1b" + plain + "\x1b\\"


def test_a_text_that_a_terminal_would_drop_is_not_sent() -> None:
    assert terminal_sequence("x" * LONGEST, {}) is not None
    assert terminal_sequence("x" * (LONGEST + 1), {}) is None


@pytest.mark.parametrize(
    ("environment", "platform", "there", "chosen"),
    [
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", {"wl-copy", "xclip"}, "wl-copy"),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", {"xsel"}, "xsel"),
        ({"DISPLAY": ":0"}, "linux", {"wl-copy", "xclip"}, "xclip"),
        ({}, "darwin", {"pbcopy"}, "pbcopy"),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", {"clip.exe"}, "clip.exe"),
        ({}, "linux", {"xclip", "wl-copy"}, None),
        ({"DISPLAY": ":0"}, "linux", set(), None),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "a b"}, "linux", {"xclip"}, None),
        ({"TMUX": "/t,1,0", "SSH_CONNECTION": "a b"}, "linux", {"xclip", "tmux"}, "tmux"),
        ({"TMUX": "/t,1,0", "DISPLAY": ":0"}, "linux", {"xclip", "tmux"}, "xclip"),
        ({"TMUX": "/t,1,0"}, "linux", {"xclip"}, None),
        ({}, "linux", {"tmux"}, None),
    ],
)
def test_the_tool_is_that_of_the_desktop_in_front_of_the_person(
    environment: dict[str, str], platform: str, there: set[str], chosen: str | None
) -> None:
    command = clipboard_command(
        environment, platform=platform, which=lambda name: name if name in there else None
    )
    assert (command[0] if command else None) == chosen


def test_a_tool_that_fails_is_told() -> None:
    hand_to((sys.executable, "-c", "import sys; assert sys.stdin.read() == 'x'"), "x")
    with pytest.raises(HaulerError, match="did not take the text"):
        hand_to((sys.executable, "-c", "raise SystemExit(3)"), "x")
    with pytest.raises(HaulerError, match="did not take the text"):
        hand_to(("no-such-program-here",), "x")
