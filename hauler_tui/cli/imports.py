"""``hauler import``: published issues, and what people have elsewhere."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import count, say_json, say_table, tell
from hauler_tui.cli.progress import bar
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.cli.shapes import import_shape
from hauler_tui.errors import HaulerError, UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from hauler_tui.domain.reference import References
    from hauler_tui.library.library import Library
    from hauler_tui.workflows.catalogue import ImportReport
    from hauler_tui.workflows.references import ReferencesReport

_MOST_TOLD = 20
"""Parts left out of one file that are told one by one; ``--json`` has all."""


@click.command("import", cls=Command)
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--notes",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A folder of Markdown notes: each becomes the note of the work it links.",
)
@click.option("--unread", is_flag=True, help="Leave new works unread.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken, and change nothing.")
@pass_session
def import_(
    session: Session, files: tuple[Path, ...], notes: Path | None, unread: bool, dry_run: bool
) -> int:
    """Read published issues, bibliographies, bookmarks or notes.

    Markdown is read as issues and posts; BibTeX, RIS, CSL JSON and a browser's bookmarks give
    items with tags and notes. One undo takes the whole import back.
    """
    from hauler_tui.workflows.references import read_notes, read_references

    if not files and notes is None:
        raise UsageError("no file was named", "name files, or a folder of notes with --notes DIR")
    now = session.now()
    read: dict[str, References] = {}
    refused: dict[str, str] = {}
    posts: list[Path] = []
    if notes is not None:
        read[str(notes)] = read_notes(notes)
    for path in files:
        if str(path) in read:
            continue
        try:
            found = read_references(path, now)
        except HaulerError as error:
            refused[str(path)] = "; ".join(filter(None, (error.message, error.hint)))
            continue
        if found is None:
            posts.append(path)
        else:
            read[str(path)] = found
    if dry_run:
        reports = _foreseen(session, read)
        for path in posts:
            tell(f"{path}: --dry-run does not read issues and posts")
    elif read or posts:
        with session.open(writing=True) as library:
            reports = _imported(library, read, posts, now, unread=unread)
        given = [str(path) for path in files]
        reports.sort(key=lambda one: given.index(one.file) if one.file in given else -1)
    else:
        reports = []
    return _told(session, reports, refused)


def _foreseen(session: Session, read: dict[str, References]) -> list[Any]:
    from hauler_tui.workflows.references import foresee

    with session.open() as library:
        return [foresee(library, file, references) for file, references in read.items()]


def _imported(
    library: Library,
    read: dict[str, References],
    posts: list[Path],
    now: datetime,
    *,
    unread: bool,
) -> list[ReferencesReport | ImportReport]:
    from hauler_tui.workflows.publish import import_files
    from hauler_tui.workflows.references import keep, label, take_in

    taken = []
    for file, references in read.items():
        with bar(f"taking in {Path(file).name}") as show:
            taken.append(take_in(library, file, references, now, show))
    # Issues alone name their step themselves.
    about = label([*read, *map(str, posts)])
    step = library.step("import", f"import {about}", at=now) if taken else nullcontext()
    with step:
        reports: list[ReferencesReport | ImportReport] = [
            keep(library, one, now, unread=unread) for one in taken
        ]
        if posts:
            with bar("reading posts") as show:
                reports += import_files(library, posts, now, show)
    return reports


def _told(
    session: Session, reports: list[ReferencesReport | ImportReport], refused: dict[str, str]
) -> int:
    """Print what became of every file; the exit code."""
    from hauler_tui.workflows.catalogue import ImportReport

    kept: list[ReferencesReport | ImportReport] = []
    for report in reports:
        if isinstance(report, ImportReport) and report.refusal is not None:
            refused[report.file] = report.refusal
        else:
            kept.append(report)
    if session.as_json:
        shapes = [
            import_shape(one) if isinstance(one, ImportReport) else _shape(one) for one in kept
        ]
        say_json(shapes)
    else:
        say_table([_row(one) for one in kept])
    for report in kept:
        for warning in report.warnings:
            tell(f"warning: {report.file}: {warning}")
        if not isinstance(report, ImportReport):
            _tell_left_out(report)
    for file, reason in refused.items():
        tell(f"error: {file}: {reason}")
    if not refused:
        return 0
    tell(f"hint: {count(len(kept), 'other file')} kept" if kept else "hint: nothing was changed")
    return 1


def _row(one: ReferencesReport | ImportReport) -> tuple[str, ...]:
    from hauler_tui.workflows.catalogue import ImportReport

    if isinstance(one, ImportReport):
        cards, lanes = count(one.cards, "card"), count(one.lanes, "lane")
        return one.slug, one.kind, cards, lanes, one.title
    left_out = f", {len(one.left_out)} left out" if one.left_out else ""
    return (
        Path(one.file).name,
        one.kind,
        f"{one.added:,} added",
        f"{one.known:,} known",
        f"{count(one.notes, 'note')}{left_out}",
    )


def _tell_left_out(report: ReferencesReport) -> None:
    for one in report.left_out[:_MOST_TOLD]:
        line = f" line {one.line}:" if one.line else ""
        title = f" “{one.title}”:" if one.title else ""
        tell(f"left out: {report.file}:{line}{title} {one.reason}")
    more = len(report.left_out) - _MOST_TOLD
    if more > 0:
        tell(f"left out: {report.file}: {more:,} more; --json names them all")


def _shape(report: ReferencesReport) -> dict[str, Any]:
    """One file of references; what only issues have is empty."""
    return {
        "file": report.file,
        "kind": report.kind,
        "slug": None,
        "title": None,
        "number": None,
        "cards": 0,
        "lanes": 0,
        "warnings": list(report.warnings),
        "added": report.added,
        "known": report.known,
        "notes": report.notes,
        "left_out": [
            {"line": one.line, "title": one.title, "reason": one.reason} for one in report.left_out
        ],
    }
