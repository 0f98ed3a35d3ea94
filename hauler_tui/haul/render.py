"""From a document back to its file."""

from __future__ import annotations

from hauler_tui.haul.model import Document


def render(document: Document) -> str:
    """The file, character for character as it was read."""
    return document.byte_order_mark + "".join(block.source for block in document.blocks)
