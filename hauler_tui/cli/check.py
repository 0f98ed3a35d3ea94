"""``hauler check``: what is wrong in a post before it ships."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hauler_tui.cli.arguments import the_open_issue
from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import count, say, say_json, tell
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.errors import UnknownKeyError, UsageError

if TYPE_CHECKING:
    from hauler_tui.haul.findings import Finding
    from hauler_tui.library.library import Library
    from hauler_tui.workflows.check import Checked


@click.command(cls=Command)
@click.argument("names", metavar="[SLUG|FILE]...", nargs=-1, type=click.Path())
@click.option("--fix", "is_fixing", is_flag=True, help="Mend in the files what is mechanical.")
@pass_session
def check(session: Session, names: tuple[str, ...], is_fixing: bool) -> int:
    """Find what is wrong in issues and files before they ship.

    Files named together know each other. Without a name, the open issue. Exits with 1 only on
    errors.
    """
    from hauler_tui.workflows.check import check_files, check_issue

    with session.open_if_any() as library:
        slugs, files = _sorted_out(library, names)
        if is_fixing and (slugs or not files):
            named = f"{slugs[0]} is an issue" if slugs else "no file was named"
            raise UsageError(f"--fix mends files, and {named}", "name the FILEs to mend")
        if not names:
            slugs = [the_open_issue(_some(library))]
        checked = [check_issue(_some(library), slug) for slug in slugs]
        checked += check_files(library, [Path(name) for name in files], is_fixing=is_fixing)
    _print(session, checked)
    return int(any(found.severity == "error" for one in checked for found in one.findings))


def _sorted_out(library: Library | None, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Which of the names are slugs and which files. Raises UnknownKeyError for neither."""
    known = {haul.slug for haul in library.hauls.all()} if library else set()
    slugs, files = [], []
    for name in dict.fromkeys(names):
        path = Path(name)
        if name in known and not path.is_file():
            slugs.append(name)
        elif path.exists() or path.suffix or len(path.parts) > 1:
            files.append(name)
        else:
            raise UnknownKeyError(
                f"there is neither an issue {name} nor such a file",
                "“hauler hauls list” shows the issues",
            )
    return slugs, files


def _some(library: Library | None) -> Library:
    if library is None:
        raise UsageError("no issue is open", "name the FILEs to check")
    return library


def _print(session: Session, checked: Sequence[Checked]) -> None:
    from hauler_tui.haul.findings import counted

    findings = [finding for one in checked for finding in one.findings]
    fixed = [finding for one in checked for finding in one.fixed]
    for finding in fixed:
        (tell if session.as_json else say)(
            f"{finding.file}:{finding.line}: fixed: {finding.message} [{finding.code}]"
        )
    if session.as_json:
        say_json([_shape(finding) for finding in findings])
        return
    for finding in findings:
        say(
            f"{finding.file}:{finding.line}: {finding.severity}: {finding.message} [{finding.code}]"
        )
    said = counted(findings)
    tell(f"{count(len(checked), 'post')}: {', '.join(said) or 'nothing to mend'}")
    mechanical = sum(1 for finding in findings if finding.is_fixable)
    if mechanical and any(Path(one.name).is_file() for one in checked):
        tell(f"hint: --fix mends {mechanical} of them")


def _shape(finding: Finding) -> dict[str, Any]:
    """One finding as JSON; here and not with the other shapes, which take long to import."""
    return {
        "file": finding.file,
        "line": finding.line,
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
    }
