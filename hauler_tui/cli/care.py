"""``hauler backup``, ``restore``, ``doctor`` and ``compact``: care of the library."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import byte_count, count, iso, moment, say, say_json, tell
from hauler_tui.cli.progress import bar
from hauler_tui.cli.session import Session, can_ask, naming_the_choice, pass_session

if TYPE_CHECKING:
    from hauler_tui.library.care.backup import Manifest
    from hauler_tui.library.care.doctor import Diagnosis
    from hauler_tui.library.care.findings import Finding

_FILE = click.Path(path_type=Path)


@click.command(cls=Command)
@click.argument("file", metavar="FILE", type=_FILE)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@pass_session
def backup(session: Session, file: Path, force: bool) -> None:
    """Write the whole library to one zip file, and check it.

    The reader may be open meanwhile.
    """
    from hauler_tui.library.care.backup import write_backup

    directory = session.library_directory()
    with bar("backing up") as progress:
        manifest, size = write_backup(
            directory, file, at=session.now(), replace=force, progress=progress
        )
    for sentence in manifest.warnings:
        tell(f"warning: {sentence}")
    if session.as_json:
        say_json({"file": str(file.absolute()), "size": size} | _shape(manifest))
        return
    say(f"wrote {file}: {_holds(manifest)}, {byte_count(size)}")


@click.command(cls=Command)
@click.argument("file", metavar="FILE", type=_FILE)
@click.option(
    "--force",
    is_flag=True,
    help="Also where there is a library; that one is kept in a folder beside it.",
)
@pass_session
def restore(session: Session, file: Path, force: bool) -> None:
    """Put a backup back as the library, once all of it was checked."""
    from hauler_tui.library.care.restore import restore as put_back

    directory = session.library_directory()
    with bar("restoring") as progress:
        done = put_back(file, directory, at=session.now(), replace=force, progress=progress)
    for sentence in done.manifest.warnings:
        tell(f"warning: when the backup was made, {sentence}")
    if session.as_json:
        kept = None if done.kept is None else str(done.kept)
        say_json({"directory": str(directory), "kept": kept} | _shape(done.manifest))
        return
    made = moment(done.manifest.made_at)
    say(f"restored {directory} as it was on {made}: {_holds(done.manifest)}")
    if done.kept is not None:
        say(f"the library that was there is kept in {done.kept}")


@click.command(cls=Command)
@click.option("--rebuild", is_flag=True, help="Build the index anew, whatever is found.")
@click.option("--yes", is_flag=True, help="Mend everything that can be mended, without asking.")
@click.option(
    "--from",
    "source",
    metavar="FILE",
    type=_FILE,
    help="A backup to take damaged or lost records from.",
)
@pass_session
def doctor(session: Session, rebuild: bool, yes: bool, source: Path | None) -> int:
    """Check the library, and mend it where you agree."""
    from hauler_tui.library.care import doctor as looking

    directory = session.library_directory()
    if rebuild:
        with _steps() as progress, naming_the_choice():
            looking.rebuild(directory, at=session.now(), progress=progress)
        tell("the index was built anew")
    with _steps() as progress:
        found = looking.examine(directory, progress)
    mended: set[Finding] = set()
    if found.is_beside:
        tell("another hauler has the library open: this only looks, and mends nothing")
    else:
        if yes and _is_undecided(found) and os.environ.get("HAULER_ACCEPT"):
            with session.open(writing=True):
                pass
            mended, found = _compared(found, looking.examine(directory))
        # Nothing can be mended before a person said whose version counts.
        may_ask = not session.as_json
        wanted = [] if _is_undecided(found) else _agreed(found.findings, yes=yes, may_ask=may_ask)
        if wanted:
            with _steps() as progress:
                remedies = {finding.remedy for finding in wanted if finding.remedy}
                looking.mend(
                    directory, remedies, at=session.now(), source=source, progress=progress
                )
                after = looking.examine(directory, progress)
            now, found = _compared(found, after)
            mended |= now
    may_mend = not yes and not found.is_beside and not _is_undecided(found)
    return _tell_findings(session, found, mended, may_mend=may_mend)


@click.command(cls=Command)
@pass_session
def compact(session: Session) -> None:
    """Write the files anew without what was replaced.

    Items older than ``[library] keep_days`` that you never touched leave.
    """
    from hauler_tui.library.care.cut import size_of
    from hauler_tui.workflows.retention import told

    keep_days = session.config().library.keep_days
    directory = session.library_directory()
    now = session.now()
    with session.open(writing=True) as library:
        before = size_of(directory)
        left = library.retention.expire(keep_days, now)
        library.compact(now)
        after = size_of(directory)
    if session.as_json:
        say_json({"before": before, "after": after, "left": left})
        return
    if left:
        tell(told(left, keep_days))
    say(f"{byte_count(before)} before, {byte_count(after)} after")


def _agreed(findings: Sequence[Finding], *, yes: bool, may_ask: bool) -> list[Finding]:
    """The findings that are to be mended."""
    mendable = [finding for finding in findings if finding.remedy is not None]
    if yes:
        return mendable
    if not (may_ask and can_ask()):
        return []
    agreed = []
    for finding in mendable:
        _tell(finding)
        if click.confirm("Mend it?", err=True):
            agreed.append(finding)
    return agreed


def _is_undecided(found: Diagnosis) -> bool:
    """Whether another program changed the library too, and nobody said whose version counts."""
    return any(finding.code == "changed-elsewhere" for finding in found.findings)


def _compared(before: Diagnosis, after: Diagnosis) -> tuple[set[Finding], Diagnosis]:
    """What is not found any more, and what is."""
    left = {finding.code for finding in after.findings}
    return {finding for finding in before.findings if finding.code not in left}, after


def _tell_findings(
    session: Session, found: Diagnosis, mended: Set[Finding], *, may_mend: bool
) -> int:
    findings, is_ok = (*found.findings, *mended), found.is_ok
    if session.as_json:
        say_json({"ok": is_ok, "findings": [_finding(one, one in mended) for one in findings]})
        return 0 if is_ok else 1
    for one in findings:
        if one in mended:
            say(f"mended: {one.message}")
        else:
            say(f"{one.severity}: {one.message}")
            if one.hint:
                say(f"  {one.hint}")
    if may_mend and any(one.remedy for one in found.findings):
        tell("“hauler doctor --yes” mends what can be mended")
    say("the library is sound" if is_ok else "the library needs care")
    return 0 if is_ok else 1


def _tell(finding: Finding) -> None:
    tell(f"{finding.severity}: {finding.message}")
    if finding.hint:
        tell(f"  {finding.hint}")


def _finding(finding: Finding, is_mended: bool) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint,
        "mendable": finding.remedy is not None,
        "mended": is_mended,
    }


@contextmanager
def _steps() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for work of several parts, each named as it begins."""
    with bar("checking") as show:
        yield lambda what, done, total: show(done, total)


def _holds(manifest: Manifest) -> str:
    return ", ".join(
        (
            count(manifest.items, "item"),
            _count(manifest.notes, "note"),
            _count(manifest.issues, "issue"),
        )
    )


def _count(number: int | None, noun: str) -> str:
    return f"an unknown number of {noun}s" if number is None else count(number, noun)


def _shape(manifest: Manifest) -> dict[str, Any]:
    return {
        "made_at": iso(manifest.made_at),
        "items": manifest.items,
        "notes": manifest.notes,
        "issues": manifest.issues,
        "warnings": list(manifest.warnings),
    }
