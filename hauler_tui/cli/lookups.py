"""Looking captured links up from the command line, for those commands that do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from hauler_tui.cli.output import count, tell
from hauler_tui.cli.progress import bar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hauler_tui.cli.session import Session
    from hauler_tui.library.library import Library
    from hauler_tui.workflows.metadata import LookupReport

_REASONS_SHOWN = 5


def look_up_now(
    session: Session,
    library: Library,
    item_ids: Iterable[int] | None = None,
    *,
    after_feeds: bool = False,
) -> LookupReport:
    """Ask what the links are that are due, and tell on stderr how it went.

    What came before Ctrl-C is kept. Raises ConfigError, LibraryError.
    """
    from hauler_tui.workflows.metadata import look_up
    from hauler_tui.workflows.refresh import fetch_settings

    settings = fetch_settings(session.config())
    try:
        with bar("looking up") as show:
            show(0, 1)
            report = asyncio.run(
                look_up(
                    library,
                    item_ids,
                    clock=session.now,
                    settings=settings,
                    after_feeds=after_feeds,
                    progress=lambda came: show(came.done, came.total),
                )
            )
    except KeyboardInterrupt:
        if waiting := library.lookups.count():
            tell(f"{count(waiting, 'link')} to look up later: hauler refresh goes on")
        raise
    _tell(report)
    return report


def _tell(report: LookupReport) -> None:
    if sentence := report.sentence():
        tell(sentence)
    for reason, hint in report.reasons[:_REASONS_SHOWN] if not report.is_offline else ():
        tell(f"  {reason}{'; ' if hint else ''}{hint}")
    if len(report.reasons) > _REASONS_SHOWN and not report.is_offline:
        tell(f"  and {count(len(report.reasons) - _REASONS_SHOWN, 'more reason')}")
    if report.is_offline or report.waiting:
        tell("hint: hauler refresh goes on with them when they are due")
