"""``hauler ledger``: which days of arXiv and bioRxiv the library holds whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from hauler_tui.cli.commands import Command
from hauler_tui.cli.output import iso, say, say_json, say_table, tell
from hauler_tui.cli.session import Session, pass_session

if TYPE_CHECKING:
    from hauler_tui.domain.ledger import DayRecord, DayState
    from hauler_tui.library.library import Library
    from hauler_tui.workflows.ledger import Watched

_WEEKS = 4
_ONE_DAY = timedelta(days=1)


@click.command(cls=Command)
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="From this day on; else four weeks, or everything with --json.",
)
@pass_session
def ledger(session: Session, since: datetime | None) -> None:
    """Show which days of arXiv and bioRxiv are complete, and why.

    medRxiv too. Each day stands with what proves it: counts, ids, or what lies between.
    """
    from hauler_tui.domain.announcements import eastern_day
    from hauler_tui.workflows.ledger import watched

    now = session.now()
    today = eastern_day(now)
    with session.open() as library:
        subjects = watched(library)
        if session.as_json:
            say_json(_shape(library, subjects, since.date() if since else None, now))
            return
        if not subjects:
            tell("nothing of arXiv or bioRxiv is subscribed to: hauler feeds add arxiv:cs.CL")
            return
        first = since.date() if since else today - timedelta(weeks=_WEEKS - 1)
        _print_table(library, subjects, first - timedelta(days=first.weekday()), now)
        _print_gaps(library, now)


def _print_table(library: Library, subjects: Iterable[Watched], first: date, now: datetime) -> None:
    """A line for each subject, a sign for each day, weeks apart; and what the signs mean."""
    from hauler_tui.domain.announcements import eastern_day
    from hauler_tui.domain.proofs import shown_subject, sign
    from hauler_tui.workflows.ledger import states

    today = eastern_day(now)
    last = max(first, today)
    last += timedelta(days=6 - last.weekday())
    days = [first + _ONE_DAY * number for number in range((last - first).days + 1)]
    mondays = [day for day in days if not day.weekday()]
    rows = [["", "  ".join(f"{day:%m-%d}  " for day in mondays)]]
    seen: set[str] = set()
    for one in subjects:
        known = library.ledger.records().get(one.subject, {})
        found = states(library, one.subject, first, last, now=now)
        signs = {day: " " if day > today else sign(known.get(day), found[day]) for day in days}
        seen.update(signs.values())
        weeks = ("".join(signs[monday + _ONE_DAY * n] for n in range(7)) for monday in mondays)
        rows.append([shown_subject(one.subject), "  ".join(weeks)])
    width = max(len(name) for name, _ in rows)
    for name, signs_shown in rows:
        say(f"{name.ljust(width)}  {signs_shown}".rstrip())
    say()
    say("   ".join(legend(seen)))


def legend(seen: Iterable[str]) -> list[str]:
    """What the signs that are seen mean."""
    from hauler_tui.domain.proofs import FILLED_SIGN, MEANINGS, SIGNS

    known = {SIGNS[state]: meaning for state, meaning in MEANINGS.items() if SIGNS[state].strip()}
    known[FILLED_SIGN] = "filled later"
    return [f"{sign} {meaning}" for sign, meaning in known.items() if sign in seen]


def _print_gaps(library: Library, now: datetime) -> None:
    from hauler_tui.domain.proofs import proof, shown_subject
    from hauler_tui.workflows.ledger import FILL_COMMAND, gaps

    found = gaps(library, now=now)
    if not found:
        return
    say()
    say_table(
        [
            (gap.day, shown_subject(gap.subject), gap.state, proof(gap.record, gap.state, gap.day))
            for gap in found
        ]
    )
    tell(f"hint: {FILL_COMMAND} fetches what is lacking")


def _shape(
    library: Library, subjects: Iterable[Watched], since: date | None, now: datetime
) -> dict[str, Any]:
    from hauler_tui.domain.announcements import eastern_day
    from hauler_tui.workflows.ledger import gaps, states

    today = eastern_day(now)
    days: list[dict[str, Any]] = []
    for one in subjects:
        first = since or one.since
        if first is None:
            continue
        known = library.ledger.records().get(one.subject, {})
        found = states(library, one.subject, first, today, now=now)
        days.extend(
            _day_shape(one.subject, day, state, known)
            for day, state in found.items()
            if state != "unwatched"
        )
    lacking = [
        {
            "category": gap.subject,
            "day": gap.day.isoformat(),
            "state": gap.state,
            "feed": gap.feed.id,
        }
        for gap in gaps(library, now=now)
        if since is None or gap.day >= since
    ]
    return {"today": today.isoformat(), "days": days, "gaps": lacking}


def _day_shape(
    subject: str, day: date, state: DayState, known: Mapping[date, DayRecord]
) -> dict[str, Any]:
    from hauler_tui.domain.proofs import proof

    record = known.get(day)
    return {
        "category": subject,
        "day": day.isoformat(),
        "state": state,
        "filled": record is not None and record.is_filled,
        "source": record.reason if record is not None and record.is_filled else None,
        "entries": record.entries if record else 0,
        "new": record.new if record else 0,
        "cross": record.cross if record else 0,
        "replace": record.replace if record else 0,
        "replace_cross": record.replace_cross if record else 0,
        "total": record.total if record else None,
        "known": record.known if record else None,
        "digest": record.digest or None if record else None,
        "at": iso(record.at) if record else None,
        "proof": proof(record, state, day),
    }
