"""Programs outside: the browser and the person's own editor. Nothing goes through a shell."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from hauler_tui.errors import HaulerError


def require_web_address(link: str) -> None:
    """Raise HaulerError for anything but a plain http or https address."""
    scheme = urlsplit(link).scheme.lower()
    if scheme not in ("http", "https") or not link.isprintable() or " " in link:
        raise HaulerError(
            f"This is no web address: {link[:80]!r}.", "Only http and https links are opened."
        )


def is_console_browser() -> bool:
    """Whether the browser takes the terminal, as w3m and whatever $BROWSER names may do."""
    try:
        return type(webbrowser.get()) is webbrowser.GenericBrowser
    except webbrowser.Error:
        return False


def browse(link: str) -> None:
    """Open a web address in the browser, which may take as long as it likes.

    Raises HaulerError for anything but http and https, and where no browser opens.
    """
    require_web_address(link)
    _open(link)


def browse_page(path: Path) -> None:
    """Open a page that hauler wrote in the browser. Raises HaulerError where none opens."""
    _open(path.as_uri())


def _open(address: str) -> None:
    try:
        is_opened = webbrowser.open(address)
    except (webbrowser.Error, OSError) as error:
        raise HaulerError(
            f"No browser opened: {error}.", "Set $BROWSER to your browser."
        ) from error
    if not is_opened:
        raise HaulerError("No browser was found.", "Set $BROWSER to your browser, or copy with y.")


def editor_command(environment: Mapping[str, str]) -> list[str]:
    """The editor of $VISUAL or $EDITOR as an argument list, ``vi`` where neither is set.

    Raises HaulerError when the variable is not a command line.
    """
    line = environment.get("VISUAL") or environment.get("EDITOR") or "vi"
    try:
        command = shlex.split(line)
    except ValueError as error:
        raise HaulerError(f"$EDITOR is not a command: {line!r}.", "Quote it properly.") from error
    if not command:
        raise HaulerError("$EDITOR is empty.", "Set it to your editor.")
    return command


def edit(text: str, name: str, environment: Mapping[str, str] = os.environ) -> str:
    """Let the person's editor change a text and return what it wrote.

    Raises HaulerError when the editor cannot run, fails, or writes something that is not UTF-8;
    the file it wrote is then kept and named.
    """
    command = editor_command(environment)
    folder = Path(tempfile.mkdtemp(prefix="hauler-"))
    path = folder / name
    path.write_text(text, "utf-8", errors="surrogatepass", newline="")
    # A handler, not SIG_IGN, which the editor would inherit: ctrl+c there is the editor's.
    interrupted = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        done = subprocess.run([*command, str(path)], check=False)
    except OSError as error:
        path.unlink()
        folder.rmdir()
        raise HaulerError(
            f"{command[0]} does not start: {error.strerror}.", "Set $EDITOR to your editor."
        ) from error
    finally:
        signal.signal(signal.SIGINT, interrupted)
    if done.returncode != 0:
        raise HaulerError(
            f"{command[0]} ended with {done.returncode}; the note is as it was.",
            f"What it wrote is kept in {path}.",
        )
    try:
        written = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise HaulerError(
            f"What {command[0]} wrote is not UTF-8 text; the note is as it was.",
            f"The file is kept: {path}.",
        ) from error
    path.unlink()
    # An editor may have left its own back-up file beside it: then the folder stays.
    if not any(folder.iterdir()):
        folder.rmdir()
    return written
