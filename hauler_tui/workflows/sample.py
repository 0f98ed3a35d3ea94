"""A library to look around in: real papers, an issue that was published and one in progress.

It is made by the very functions that the reader and the command line use, from the files in
``sample_library``; only its dates follow the clock, so that it always looks like this morning's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hauler_tui.domain import identity
from hauler_tui.domain.entry import Entry, Origin
from hauler_tui.domain.feed import FeedState, Updated
from hauler_tui.errors import LibraryError
from hauler_tui.files import write_atomically
from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import import_files

_DATA = Path(__file__).parent / "sample_library"
_PUBLISHED = "field-notes-11"
_PUBLISHED_AGO = timedelta(days=13)
_FETCHED_AGO = timedelta(hours=2)
_TRIAGE_AGO = timedelta(hours=1)
_LEFT_ALONE = timedelta(days=3650)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSummary:
    """What was built, and where."""

    directory: Path
    feeds: int
    items: int
    unread: int
    published: str
    """The slug of the published issue."""
    in_progress: str
    """The slug of the open issue."""

    @property
    def text(self) -> str:
        """The summary in two sentences, with the promise that it stays offline."""
        return (
            f"{self.items} works from {self.feeds} feeds ({self.unread} unread), with the issue "
            f"{self.published} published and {self.in_progress} in progress. It is offline: the "
            "addresses of its feeds are real, and none of them is ever fetched."
        )


def build(directory: Path, at: datetime) -> SampleSummary:
    """Write the sample library into ``directory``, which must be empty or not exist.

    ``at`` is the time of its latest event. Issues go to ``hauls`` inside the same folder. Raises
    LibraryError.
    """
    directory = directory.absolute()
    data = tomllib.loads((_DATA / "library.toml").read_text(encoding="utf-8"))
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(directory.iterdir()):
            raise LibraryError(f"{directory} is not empty", "name a folder that does not exist yet")
        issue = _write_published(directory / "hauls", at - _PUBLISHED_AGO)
    except OSError as error:
        raise LibraryError(
            f"cannot write to {directory}: {error.strerror}", "name another folder with --to DIR"
        ) from error
    with Library.open(directory) as library:
        _add_series(library, data["series"], at - _PUBLISHED_AGO)
        import_files(library, [issue], at - _PUBLISHED_AGO)
        feed_ids = _add_feeds(library, data["feeds"], at - _PUBLISHED_AGO)
        _receive(library, data["papers"], feed_ids, at)
        in_progress = _triage(library, data["papers"], data["done"], at - _TRIAGE_AGO)
        rows = library.items.rows(library.items.view(None, stop=lambda: False))
        return SampleSummary(
            directory=directory,
            feeds=len(feed_ids),
            items=library.items.count(),
            unread=sum(not row.is_read for row in rows),
            published=_PUBLISHED,
            in_progress=in_progress,
        )


def _write_published(folder: Path, at: datetime) -> Path:
    text = (_DATA / f"{_PUBLISHED}.md").read_text(encoding="utf-8")
    moment = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    dated = re.sub(
        r"^published_at: .*$",
        f"published_at: {moment.isoformat(timespec='milliseconds')}Z",
        text,
        count=1,
        flags=re.MULTILINE,
    )
    folder.mkdir(exist_ok=True)
    path = folder / f"{_PUBLISHED}.md"
    write_atomically(path, dated.encode())
    return path


def _add_series(library: Library, settings: Mapping[str, Any], at: datetime) -> None:
    series = library.hauls.add_series(
        **(dict(settings) | {"lanes": tuple(settings["lanes"])}), at=at
    )
    library.hauls.use(series.id, at)


def _add_feeds(
    library: Library, feeds: Mapping[str, Mapping[str, Any]], at: datetime
) -> dict[str, int]:
    return {
        name: library.feeds.add(feed["url"], title=feed["title"], tags=feed["tags"], at=at).id
        for name, feed in feeds.items()
    }


def _receive(
    library: Library, papers: list[dict[str, Any]], feed_ids: Mapping[str, int], at: datetime
) -> None:
    """Let the feeds carry the papers, oldest day first, as so many mornings' fetches."""
    for day in sorted({paper["day"] for paper in papers}, reverse=True):
        fetched = at - timedelta(days=day) - _FETCHED_AGO
        # A server's Retry-After is what even a forced refresh honours: no key can go online here.
        state = FeedState(fetched_at=fetched, due_at=at + _LEFT_ALONE, wait_until=at + _LEFT_ALONE)
        ours = [paper for paper in papers if paper["day"] == day]
        for name, feed_id in feed_ids.items():
            entries = tuple(
                _entry(paper, fetched - timedelta(minutes=place), paper["via"][name])
                for place, paper in enumerate(ours)
                if name in paper.get("via", {})
            )
            title = library.feeds.get(feed_id).title
            outcome = Updated(feed_id=feed_id, state=state, title=title, entries=entries)
            library.feeds.record(outcome, fetched)
        pasted = [
            _entry(paper, None, "", origin="link" if "via" in paper else "page")
            for paper in ours
            if paper.get("pasted")
        ]
        if pasted:
            library.items.absorb(pasted, feed_id=None, at=fetched)


def _entry(
    paper: Mapping[str, Any], published: datetime | None, announce: str, *, origin: Origin = "feed"
) -> Entry:
    link = paper["link"]
    if origin == "link":
        return Entry(title="", link=link, aliases=identity.aliases(link=link), origin="link")
    return Entry(
        title=paper["title"],
        link=link,
        aliases=identity.aliases(link=link, title=paper["title"]),
        authors=tuple(paper.get("authors", ())),
        abstract=f"Summary: {paper['summary']}",
        published=published,
        categories=tuple(paper.get("categories", ())),
        announce=_ANNOUNCE[announce],
        version=paper.get("version"),
        origin=origin,
    )


_ANNOUNCE: Mapping[str, Any] = {"": None} | {
    word: word for word in ("new", "cross", "replace", "replace-cross")
}


def _triage(
    library: Library, papers: list[dict[str, Any]], done: Mapping[str, Any], began: datetime
) -> str:
    """Do what a person would have done since ``began``; the open issue's slug."""
    ids = {paper["name"]: library.items.find(paper["link"]) for paper in papers}
    clock = _minutes(began)
    library.triage.mark_read([ids[name] for name in done["read"]], True, next(clock))
    library.triage.skip([ids[name] for name in done["skipped"]], True, next(clock))
    for name, tags in done["tags"].items():
        library.triage.tag([ids[name]], tags, (), next(clock))
    for name, note in done["notes"].items():
        library.notes.write(ids[name], note, next(clock))
    issue = library.hauls.new_issue(None, next(clock))
    for star in done["stars"]:
        item_id = ids[star["paper"]]
        library.triage.star(item_id, next(clock))
        if "note" in star:
            library.notes.write(item_id, star["note"], next(clock))
    for lane, text in done["lanes"].items():
        library.hauls.write_lane(issue.slug, lane, text, next(clock))
    return issue.slug


def _minutes(moment: datetime) -> Iterator[datetime]:
    while True:
        yield moment
        moment += timedelta(minutes=1)
