"""What the program remembers about itself between runs; losing it costs nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from hauler_tui.files import write_atomically

_MOST_PLACES = 50


@dataclass(slots=True, kw_only=True)
class Place:
    """Where the person was in one library."""

    view: str = ""
    """The query of the view that was shown."""
    item: int = 0
    """The item under the cursor; 0 for none."""


@dataclass(slots=True, kw_only=True)
class State:
    """The theme chosen last, and the place in each library."""

    theme: str = ""
    places: dict[str, Place] = field(default_factory=dict)
    """By the library's folder, the one left last at the end."""

    def leave(self, library: Path, place: Place) -> None:
        """Remember the place in a library, forgetting the one left longest ago if need be."""
        self.places.pop(str(library), None)
        self.places[str(library)] = place
        while len(self.places) > _MOST_PLACES:
            del self.places[next(iter(self.places))]


def load_state(path: Path) -> State:
    """What was remembered; the defaults where the file is missing or not ours."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except (OSError, ValueError):
        return State()


def save_state(path: Path, state: State) -> None:
    """Remember. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = msgspec.json.format(msgspec.json.encode(state), indent=1)
    write_atomically(path, data + b"\n", mode=0o600)
