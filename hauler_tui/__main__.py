"""The program's first lines, ``hauler`` and ``python -m hauler_tui``."""

from __future__ import annotations

import gc
import os


def main() -> None:
    """Run the command line, and leave with its exit code."""
    # A collection during the imports only delays the first paint; every command but the reader
    # switches the collector on again.
    gc.disable()
    # Textual reads both when it is imported: the frame rate it repaints at, and how long a lone
    # Escape waits for the rest of a sequence.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    os.environ.setdefault("ESCDELAY", "25")
    from hauler_tui.cli.root import root

    root.main(prog_name="hauler")


if __name__ == "__main__":
    main()
