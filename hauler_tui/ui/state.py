"""What the program remembers about itself between runs; losing it costs nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from hauler_tui.files import write_atomically


@dataclass(slots=True, kw_only=True)
class State:
    """The last theme, view and place."""

    theme: str = ""
    view: str = ""
    """The query of the view that was shown last."""
    item: int = 0
    """The item that was under the cursor; 0 for none."""


def load_state(path: Path) -> State:
    """What was remembered; the defaults where the file is missing or not ours."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return State()
    if not isinstance(data, dict):
        return State()
    defaults = State()
    kept = {
        field.name: data[field.name]
        for field in fields(State)
        if type(data.get(field.name)) is type(getattr(defaults, field.name))
    }
    return State(**kept)


def save_state(path: Path, state: State) -> None:
    """Remember. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, (json.dumps(asdict(state), indent=1) + "\n").encode(), mode=0o600)
