"""Fixtures of the tests of sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sources.server import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def feeds() -> Path:
    """The folder of self-made feeds."""
    return Path(__file__).parent.parent / "fixtures" / "feeds"
