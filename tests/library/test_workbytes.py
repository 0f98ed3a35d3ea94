"""The quick way from a work to its JSON says what the common one says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.entry import Announce, Entry, Origin
from hauler_tui.domain.item import Sighting, Version, Work
from hauler_tui.library.records import to_row
from hauler_tui.library.store.lines import encode
from hauler_tui.library.workbytes import encoded

TEXTS = st.one_of(st.text(max_size=12), st.text(st.characters(codec=None), max_size=6))
NAMES = st.lists(TEXTS, max_size=3).map(tuple)
TIMES = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=-30))])
).filter(lambda time: 1 < time.year < 9999)
ANNOUNCES = st.none() | st.sampled_from(get_args(Announce))
ENTRIES = st.builds(
    Entry,
    title=TEXTS,
    link=TEXTS,
    aliases=NAMES,
    authors=NAMES,
    abstract=TEXTS,
    published=st.none() | TIMES,
    categories=NAMES,
    announce=ANNOUNCES,
    version=st.none() | st.integers(0, 1 << 63),
    doi=st.none() | TEXTS,
    comment=st.none() | TEXTS,
    journal=st.none() | TEXTS,
    origin=st.sampled_from(get_args(Origin)).map(lambda name: "".join(list(name))),
)
WORKS = st.builds(
    Work,
    key=TEXTS,
    aliases=NAMES,
    entry=ENTRIES,
    sightings=st.lists(
        st.builds(
            Sighting, feed_id=st.none() | st.integers(1, 99), announce=ANNOUNCES, seen_at=TIMES
        ),
        max_size=3,
    ).map(tuple),
    versions=st.lists(st.builds(Version, number=st.integers(1, 99), seen_at=TIMES), max_size=2).map(
        tuple
    ),
    first_seen=TIMES,
)


@given(WORKS)
def test_a_work_is_the_same_bytes_in_either_way(work: Work) -> None:
    assert encoded(work) == encode(to_row(work))


def test_what_says_nothing_is_left_out() -> None:
    entry = Entry(title="T", link="", aliases=("doi:1",))
    seen = datetime(2026, 4, 23, tzinfo=UTC)
    work = Work(
        key="doi:1",
        aliases=("doi:1",),
        entry=entry,
        sightings=(Sighting(feed_id=None, seen_at=seen),),
        first_seen=seen,
    )
    assert encoded(work) == (
        b'{"key":"doi:1","aliases":["doi:1"],'
        b'"entry":{"title":"T","link":"","aliases":["doi:1"]},'
        b'"sightings":[{"feed_id":null,"seen_at":"2026-04-23T00:00:00Z"}],'
        b'"first_seen":"2026-04-23T00:00:00Z"}'
    )
