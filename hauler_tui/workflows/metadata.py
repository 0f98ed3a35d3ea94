"""From captured links to works with a title: ask for what waits, and keep what comes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from hauler_tui.domain.addresses import host_of
from hauler_tui.domain.lookup import Broken, Finding, Found, Held, HostPause, Question, Unknown
from hauler_tui.workflows import patience

if TYPE_CHECKING:
    from hauler_tui.library.library import Library
    from hauler_tui.sources.settings import FetchSettings, Services

_T = TypeVar("_T")

_AT_ONCE = 10
"""Links that are dealt with in one turn of the event loop."""
_FEED_HOSTS = ("arxiv.org", "reddit.com", "api.biorxiv.org")
"""Hosts that a refresh may have asked a moment ago and that lookups ask too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupProgress:
    """Some more links are done with for now."""

    done: int
    total: int
    found: int
    findings: tuple[Finding, ...]
    changed: tuple[int, ...]
    """Items of which more is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupReport:
    """What looking up some links came to."""

    asked: int = 0
    found: int = 0
    unknown: int = 0
    """Links that nobody could name, or that would not tell."""
    waiting: int = 0
    """Links that are asked for later."""
    reasons: tuple[tuple[str, str], ...] = ()
    """Why not, each reason once with its hint, in the order they came."""
    is_offline: bool = False
    """Whether there was something to ask and nobody at all could be reached."""

    def sentence(self) -> str:
        """The report in one line; empty when nothing waited."""
        if not self.asked:
            return ""
        if self.is_offline:
            what = "link stays" if self.waiting == 1 else "links stay"
            return f"no network: {self.waiting:,} {what} to be looked up later"
        parts = [f"{self.found:,} of {self.asked:,} {_links(self.asked)} looked up"]
        if self.unknown:
            parts.append(f"{self.unknown:,} not to be resolved")
        if self.waiting:
            parts.append(f"{self.waiting:,} later")
        return ", ".join(parts)


async def look_up(
    library: Library,
    item_ids: Iterable[int] | None = None,
    *,
    clock: Callable[[], datetime],
    settings: FetchSettings,
    services: Services | None = None,
    after_feeds: bool = False,
    progress: Callable[[LookupProgress], None] | None = None,
) -> LookupReport:
    """Ask what the links that are due lead to, of ``item_ids`` or of all, and absorb the answers.

    Every answer is kept as it comes, so that this can be left at any moment and goes on where it
    was. ``after_feeds`` says that feeds were fetched a moment ago, whose hosts rest first. Raises
    LibraryError where the library cannot be written.
    """
    # The reader imports this module before its first paint and the sources only when they are used.
    from hauler_tui.sources.lookups import host_of_question, look_up_all
    from hauler_tui.sources.routes import place_of
    from hauler_tui.sources.settings import Services

    services = services or Services(arxiv=settings.arxiv_api, preprints=settings.preprint_api)
    now = clock()
    due: list[Question] = []
    for ids in _few(library.lookups.ids() if item_ids is None else tuple(item_ids)):
        due += library.lookups.take_up(ids, now)
        await asyncio.sleep(0)
    pauses = library.lookups.pauses()
    closed = {host: pauses[host].due_at for host in pauses if _is_closed(pauses[host], now)}
    refusing = {host for host in closed if pauses[host].failures}
    for name, state in patience.closed(library, now, settings, services).items():
        place = place_of(services.arxiv) if name == host_of(services.arxiv) else name
        closed.setdefault(place, patience.until(state))
        refusing.add(place)
    asked: list[Question] = []
    held: list[Held] = []
    for question in due:
        host = host_of_question(question, services)
        if host in closed:
            held.append(_held(question, host, closed[host], now, is_refusing=host in refusing))
        else:
            asked.append(question)
    rested = patience.rested(library, now)
    if after_feeds:
        rested |= dict.fromkeys(_FEED_HOSTS, 0.0)
    counting = _Counting(total=len(due), progress=progress)
    if held:
        library.lookups.record(held, now)
        counting.count(held, ())
    async with aclosing(look_up_all(asked, settings, services, now, rested=rested)) as answers:
        async for findings in answers:
            is_online = counting.is_online or any(map(_is_answer, findings))
            for some in _few(findings):
                absorbed = library.lookups.record(
                    some, clock(), is_online=is_online, jitter=random.random()
                )
                counting.count(some, absorbed.changed)
                await asyncio.sleep(0)
    told = {host: pause.due_at for host, pause in library.lookups.pauses().items()}
    return counting.report(closed | {host: due for host, due in told.items() if due is not None})


class _Counting:
    """What came so far."""

    def __init__(self, *, total: int, progress: Callable[[LookupProgress], None] | None) -> None:
        self._total = total
        self._progress = progress
        self._findings: list[Finding] = []
        self.is_online = False

    def count(self, findings: Iterable[Finding], changed: tuple[int, ...]) -> None:
        came = tuple(findings)
        self._findings += came
        self.is_online = self.is_online or any(map(_is_answer, came))
        if self._progress is not None:
            self._progress(
                LookupProgress(
                    done=len(self._findings),
                    total=self._total,
                    found=sum(isinstance(one, Found) for one in self._findings),
                    findings=came,
                    changed=changed,
                )
            )

    def report(self, closed: Mapping[str, datetime | None]) -> LookupReport:
        """The sum; ``closed`` are the hosts that are to be left alone, and until when."""
        findings = self._findings
        failed = [one for one in findings if not isinstance(one, Found)]
        reasons = {
            one.reason: _again(closed.get(one.host)) if isinstance(one, Held) else one.hint
            for one in failed
        }
        return LookupReport(
            asked=len(findings),
            found=len(findings) - len(failed),
            unknown=sum(isinstance(one, Unknown) for one in failed),
            waiting=sum(not isinstance(one, Unknown) for one in failed),
            reasons=tuple(reasons.items()),
            is_offline=bool(findings)
            and not self.is_online
            and all(isinstance(one, Broken) for one in findings),
        )


def _few(many: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """A few at a time, so that the reader can draw in between."""
    return (many[start : start + _AT_ONCE] for start in range(0, len(many), _AT_ONCE))


def _is_answer(finding: Finding) -> bool:
    """Whether a server was reached; for some links nobody is asked."""
    if isinstance(finding, Broken):
        return finding.was_reached
    return bool(finding.host)


def _is_closed(pause: HostPause, now: datetime) -> bool:
    return pause.due_at is not None and pause.due_at > now


def _again(due: datetime | None) -> str:
    return "" if due is None else f"again from {due.astimezone():%Y-%m-%d %H:%M}"


def _held(
    question: Question, host: str, until: datetime | None, now: datetime, *, is_refusing: bool
) -> Held:
    """A link whose host is not to be asked yet; a pause that is known stays as it is."""
    return Held(
        item_id=question.item_id,
        host=host,
        reason=f"{host} asked to be left alone"
        if is_refusing
        else f"it is not the turn of {host} yet",
        wait_seconds=None if until is None else (until - now).total_seconds(),
        is_refusal=False,
    )


def _links(number: int) -> str:
    return "link" if number == 1 else "links"
