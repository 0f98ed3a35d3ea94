"""``hauler refresh``: fetch what is due, and fill what was missed."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import click

from hauler_tui.cli.commands import Command
from hauler_tui.cli.lookups import look_up_now
from hauler_tui.cli.output import count, say, say_json, tell
from hauler_tui.cli.session import Session, pass_session
from hauler_tui.cli.shapes import fill_shape, refresh_shape

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from hauler_tui.library.library import Library
    from hauler_tui.sources.settings import FetchSettings
    from hauler_tui.workflows.filling import Filling, FillReport
    from hauler_tui.workflows.refresh import FeedResult, Progress


@click.command(cls=Command)
@click.argument("feed_ids", metavar="[ID]...", nargs=-1)
@click.option("--force", is_flag=True, help="Also fetch what is not due; Retry-After still counts.")
@click.option(
    "--fill",
    is_flag=True,
    help="Then fetch what was missed of arXiv, bioRxiv and medRxiv, from their APIs or by OAI-PMH.",
)
@pass_session
def refresh(session: Session, feed_ids: tuple[str, ...], force: bool, fill: bool) -> int:
    """Fetch the feeds that are due, or the named ones of them.

    Without IDs captured links that wait are looked up too.
    """
    from hauler_tui.workflows.ledger import notices
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
                filling=_filling_shown(),
            )
        )
        filled = _fill(session, library, ids, settings, force) if fill else None
        sentences = notices(library, now=session.now()) if fill else report.notices
        if not ids:
            look_up_now(session, library, after_feeds=bool(report.feeds))
    if report.left:
        tell(told(report.left, keep_days))
    for sentence in sentences:
        tell(f"warning: {sentence}")
    for one in report.feeds if ids else ():
        if one.outcome == "waiting" and one.until is not None:
            tell(_told_waiting(one))
    if session.as_json:
        shape = refresh_shape(report)
        say_json(shape if filled is None else shape | {"fill": fill_shape(filled)})
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
        if filled is not None:
            say(_told_fill(filled))
    is_failed = report.every_due_feed_failed() or (filled is not None and filled.error is not None)
    return 1 if is_failed else 0


def _show(progress: Progress) -> None:
    one = progress.result
    told = one.error or progress.outcome.state.error or ""
    if one.outcome == "updated":
        told = one.note or f"{one.new} new, {one.changed} changed"
    name = one.title or one.url
    tell(f"[{progress.done}/{progress.total}] {one.outcome:9}  {name}{'  ' if told else ''}{told}")
    if one.hint:
        tell(f"hint: {one.hint}")
    for note in one.notes:
        tell(f"note: {note}")


def _told_waiting(one: FeedResult) -> str:
    """Why a feed that was named was not asked, and until when."""
    when = f"{one.until.astimezone():%Y-%m-%d %H:%M}" if one.until is not None else ""
    way = "" if one.is_told_to_wait else "; --force asks now"
    return f"{one.title or one.url} waits until {when}: {one.error or 'it is not due'}{way}"


def _fill(
    session: Session, library: Library, ids: list[int], settings: FetchSettings, force: bool
) -> FillReport:
    """Fill the gaps of all feeds, or of the named ones, and tell what came of each."""
    from hauler_tui.domain.ledger import PREPRINTS
    from hauler_tui.domain.proofs import shown_subject
    from hauler_tui.workflows.fill import fill
    from hauler_tui.workflows.ledger import gaps

    now = session.now()
    chosen = [gap for gap in gaps(library, now=now) if not ids or gap.feed.id in ids]
    others = sum(gap.subject.startswith(PREPRINTS) for gap in chosen)
    if own := len(chosen) - others:
        tell(f"filling {count(own, 'day')} from arXiv; it wants 3 seconds between pages")
    if others:
        tell(f"filling {count(others, 'day')} from bioRxiv's API")
    report = asyncio.run(
        fill(library, chosen, now=now, settings=settings, force=force, progress=_filling_shown())
    )
    for gap in report.left:
        tell(f"still lacking: {shown_subject(gap.subject)} of {gap.day}")
    if report.note:
        tell(f"note: {report.note}")
    if report.error:
        tell(f"error: {report.error}")
        tell(f"hint: {report.hint}")
    return report


def _filling_shown() -> Callable[[Filling], None]:
    """Return what tells of each page that came how many new papers its day has by now."""
    from hauler_tui.domain.proofs import shown_subject
    from hauler_tui.workflows.filling import SOURCES

    news: Counter[tuple[str, date]] = Counter()

    def show(filling: Filling) -> None:
        gap = filling.gap
        news[gap.subject, gap.day] += filling.new - news.total()
        name, new = shown_subject(gap.subject), news[gap.subject, gap.day]
        source = "" if filling.source == "query" else f" ({SOURCES[filling.source]})"
        tell(f"[{filling.done}/{filling.total}] {name} of {gap.day}: {new} new{source}")

    return show


def _told_fill(report: FillReport) -> str:
    if not report.filled and not report.left:
        return "no day is lacking"
    left = f", {len(report.left)} still lacking" if report.left else ""
    source = f" {report.sources()}" if report.filled else ""
    return (
        f"{count(len(report.filled), 'day')} filled{source}{left}; {count(report.new, 'new item')}"
    )
