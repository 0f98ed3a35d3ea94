"""``hauler refresh``: fetch what is due."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import count, say, say_json, tell
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.cli.shapes import refresh_shape

if TYPE_CHECKING:
    from hauler_tui.workflows.refresh import Progress


@click.command(cls=Command)
@click.argument("feed_ids", metavar="[ID]...", nargs=-1)
@click.option("--force", is_flag=True, help="Also fetch what is not due; Retry-After still counts.")
@pass_session
def refresh(session: Session, feed_ids: tuple[str, ...], force: bool) -> int:
    """Fetch the feeds that are due, or the named ones of them."""
    from hauler_tui.workflows.refresh import fetch_settings
    from hauler_tui.workflows.refresh import refresh as run
    from hauler_tui.workflows.retention import told

    config = session.config()
    settings = fetch_settings(config)
    keep_days = config.library.keep_days
    with session.open(writing=True) as library:
        ids = [library.feeds.find(feed_id).id for feed_id in dict.fromkeys(feed_ids)]
        report = asyncio.run(
            run(
                library,
                ids or None,
                now=session.now(),
                force=force,
                settings=settings,
                keep_days=keep_days,
                progress=_show,
            )
        )
    if report.left:
        tell(told(report.left, keep_days))
    if session.as_json:
        say_json(refresh_shape(report))
    else:
        totals = report.totals()
        parts = [
            f"{totals[name]} {name}"
            for name in ("updated", "unchanged", "waiting", "failed")
            if totals[name]
        ]
        feeds = count(len(report.feeds), "feed")
        say(f"{feeds}{': ' if parts else ''}{', '.join(parts)}")
        say(f"{count(totals['new'], 'new item')}, {totals['changed']} changed")
    return 1 if report.every_due_feed_failed() else 0


def _show(progress: Progress) -> None:
    one = progress.result
    told = one.error or progress.outcome.state.error or ""
    if one.outcome == "updated":
        told = f"{one.new} new, {one.changed} changed"
    name = one.title or one.url
    tell(f"[{progress.done}/{progress.total}] {one.outcome:9}  {name}{'  ' if told else ''}{told}")
    if one.hint:
        tell(f"hint: {one.hint}")
    for note in one.notes:
        tell(f"note: {note}")
