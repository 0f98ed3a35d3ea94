"""Files beside those of a library: what was kept, what a sync program left, what a crash left."""

from __future__ import annotations

import re
from pathlib import Path

from hauler_tui.library.care.copies import conflict_files, gather
from hauler_tui.library.care.cut import ISSUES, is_own
from hauler_tui.library.care.findings import Finding
from hauler_tui.library.care.takeover import READY

_CONFLICT = re.compile(r"sync-conflict|conflicted copy|\.orig$|^(library|items|hauls|history) \d")
_ASIDE = re.compile(
    r"\.(torn|before|damaged|strange|theirs|ours|format|merged)-\d+(-\d+)?$|\.dropped-[0-9a-f]+"
    r"|\.taken-in$"
)
_TEMPORARY = re.compile(r"^\..*\.[0-9a-f]{8}\.tmp$|\.ours\.tmp$|\.(new|link|together)$")
_COPY = "the next time hauler opens the library for writing it takes in what was done there"
_HISTORY = "the next time hauler opens the library for writing it puts it aside, since the steps of\
 another copy cannot be undone here"
_NO_COPY = "it continues no file of this library and hauler leaves it as it is; look what it holds,\
 and take it away"


def check_strays(directory: Path) -> list[Finding]:
    """A finding for each file that hauler does not work with. Raises LibraryError, OSError."""
    found: list[Finding] = []
    known = {path.name for path in conflict_files(directory)}
    known.difference_update(gather(directory).unknown)
    for path in sorted(directory.iterdir()):
        name = path.name
        if _ASIDE.search(name) and is_own(name):
            found.append(
                Finding(
                    code="kept-aside",
                    severity="info",
                    message=f"{name} was kept when {_occasion(name)}",
                    hint="delete it once you do not miss anything",
                )
            )
        elif _CONFLICT.search(name) and path.is_file():
            found.append(
                Finding(
                    code="conflict-copy",
                    severity="warning",
                    message=f"{name} is the copy of a program that synchronises folders",
                    hint=_NO_COPY
                    if name not in known
                    else _HISTORY
                    if _is_history(name)
                    else _COPY,
                )
            )
        elif _TEMPORARY.search(name) and path.is_file() and (is_own(name) or name[0] == "."):
            found.append(
                Finding(
                    code="stray-file",
                    severity="info",
                    message=f"{name} is left of a write that was interrupted",
                    remedy="sweep",
                )
            )
        elif name in ("restoring", READY) and path.is_dir():
            is_ready = name == READY
            found.append(
                Finding(
                    code="restore-interrupted",
                    severity="error" if is_ready else "info",
                    message="a restore was interrupted"
                    + ("; its files count already" if is_ready else " before it changed anything"),
                    hint="" if is_ready else "the next restore takes its place",
                    remedy="open" if is_ready else "sweep",
                )
            )
    return found


def temporary_files(directory: Path) -> list[Path]:
    """What interrupted writes left behind."""
    places = (directory, directory / ISSUES)
    return [
        path
        for place in places
        if place.is_dir()
        for path in sorted(place.iterdir())
        if path.is_file()
        and _TEMPORARY.search(path.name)
        and (is_own(path.name) or path.name[0] == ".")
    ]


def _is_history(name: str) -> bool:
    return name.startswith("history")


def _occasion(name: str) -> str:
    """When a file was put aside."""
    if name.endswith(".taken-in"):
        return "what was done in another copy was taken in"
    if ".format-" in name:
        return "the library was brought to a newer format"
    return "something was damaged or changed elsewhere"
