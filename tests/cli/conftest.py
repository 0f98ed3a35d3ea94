"""The command line as a function: arguments in, exit code and both streams out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from click.testing import CliRunner

from hauler_tui.cli.root import root
from hauler_tui.library.library import Library
from tests.factories import NOW, make_entry
from tests.lookups import answering

PAPERS = 4
"""How many papers the library of these tests begins with: ``arxiv:2605.00001`` and on."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str
    raw: bytes

    @property
    def json(self) -> Any:
        """What it printed, read as JSON."""
        return json.loads(self.raw)


class Run(Protocol):
    """Runs ``hauler`` with arguments."""

    def __call__(self, *arguments: str, stdin: bytes | str = b"", code: int | None = 0) -> Ran: ...


@pytest.fixture(autouse=True)
def no_lookups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked what a link is."""
    answering(monkeypatch)


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The library's folder, named by the variable as a script would."""
    path = tmp_path / "library"
    monkeypatch.setenv("HAULER_LIBRARY", str(path))
    return path


@pytest.fixture
def run(directory: Path) -> Run:
    """``hauler`` on a library of the test's own; ``code`` is the exit code that is expected."""

    def call(*arguments: str, stdin: bytes | str = b"", code: int | None = 0) -> Ran:
        result = CliRunner().invoke(root, arguments, input=stdin, prog_name="hauler")
        assert code is None or result.exit_code == code, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        return Ran(result.exit_code, result.stdout, result.stderr, result.stdout_bytes)

    return call


@pytest.fixture
def library(directory: Path) -> Callable[..., Library]:
    """Opens the library that the commands use; a context manager, so that it is closed again."""

    def open_it(*, writing: bool = False) -> Library:
        return Library.open(directory, writing=writing)

    return open_it


@pytest.fixture
def papers(library: Callable[..., Library]) -> tuple[str, ...]:
    """A library with ``PAPERS`` papers of one feed; their keys."""
    entries = [make_entry(number) for number in range(1, PAPERS + 1)]
    with library(writing=True) as opened:
        feed = opened.feeds.add("https://example.org/1.xml", title="Feed 1", at=NOW)
        opened.items.absorb(entries, feed_id=feed.id, at=NOW)
    return tuple(entry.aliases[0] for entry in entries)


@pytest.fixture
def haul_file(tmp_path: Path) -> Path:
    """A published issue of two cards, one of which is the first paper."""
    path = tmp_path / "field-notes-7.md"
    path.write_text(HAUL, encoding="utf-8")
    return path


HAUL = """\
---
title: Field Notes ~7
published_at: 2026-04-01T08:00:00.000Z
snippet: 2 new papers on beetles
tags: bio,beetles
---

An introduction.

## Comments

A remark on [something](https://example.org/remark).

## Papers

<blockquote>
    <a href="https://arxiv.org/abs/2605.00001">
    <h4>Paper 1</h4>
    <p>
What paper 1 is about.
    </p>
    </a>
</blockquote>

Beetles & <b>more</b> beetles.

<hr/>

<blockquote>
    <a href="https://www.nature.com/articles/s41586-020-2649-2">
    <h4>Zebras</h4>
    </a>
</blockquote>

Stripes.

<br/>
<br/>
<br/>
"""
