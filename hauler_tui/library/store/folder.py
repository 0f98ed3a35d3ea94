"""The folder of a library, told from another one that took its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hauler_tui.errors import LibraryError


@contextmanager
def opening(directory: Path) -> Iterator[None]:
    """Say what the operating system says while the library in ``directory`` is opened.

    Raises LibraryError for OSError.
    """
    try:
        yield
    except OSError as error:
        raise LibraryError(
            f"the library {directory} cannot be opened: {error.strerror or error}",
            "choose another folder with --library, or make this one readable and writable",
        ) from error


class Folder:
    """The folder that was opened: its descriptors lead to it wherever it goes, its name may not."""

    def __init__(self, directory: Path) -> None:
        """Remember which folder ``directory`` is now. Raises OSError."""
        self._directory = directory
        self._known = _identity(directory)

    @property
    def was_moved(self) -> bool:
        """Whether its name leads nowhere any more, or to another folder."""
        try:
            return _identity(self._directory) != self._known
        except OSError:
            return True

    def require(self) -> None:
        """Raises LibraryError where a file made under its name would be in no library."""
        if self.was_moved:
            raise LibraryError(
                f"the folder {self._directory} was moved or removed while hauler was open: what"
                " you did is in library.journal, which went along with it",
                "open the folder where it is now with --library",
            )


def _identity(directory: Path) -> tuple[int, int]:
    found = directory.stat()
    return found.st_dev, found.st_ino
