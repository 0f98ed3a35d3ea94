"""Lists of feeds into the library and out of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hauler_tui.domain.text import clean_line
from hauler_tui.errors import HaulerError
from hauler_tui.library.library import Library
from hauler_tui.sources.addresses import subscription_url
from hauler_tui.workflows.feedlists import export_feeds, import_feeds
from tests.factories import NOW


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "empty") as opened:
        yield opened


def take(library: Library, text: str) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """Import a list; the addresses added and known, and what was skipped with the reasons."""
    done = import_feeds(library, text.encode(), name="list", at=NOW)
    return (
        [feed.url for feed in done.added],
        [feed.url for feed in done.known],
        [(one.title or one.address, one.reason) for one in done.skipped],
    )


def test_an_import_is_one_step_that_undo_takes_back(empty: Library) -> None:
    take(empty, "https://a.example/feed\nhttps://b.example/feed tag")
    assert [feed.tags for feed in empty.feeds.all()] == [(), ("tag",)]
    undone = empty.history.undo(NOW)
    assert undone is not None
    assert undone.about == "import feeds from list"
    assert empty.feeds.all() == ()
    empty.history.redo(NOW)
    assert len(empty.feeds.all()) == 2


def test_what_is_no_feed_is_skipped_with_the_reason(empty: Library) -> None:
    added, _, skipped = take(
        empty,
        "<opml><body>"
        '<outline text="Folder"><outline text="A link" type="link" url="https://e.example/"/>'
        '<outline text="Mail" xmlUrl="mailto:me@a.example"/>'
        '<outline text="Script" xmlUrl="|~/fetch.py"/>'
        '<outline text="X" xmlUrl="https://twitter.com/someone"/>'
        '<outline text="File" xmlUrl="file:///etc/passwd"/>'
        '<outline text="Good" xmlUrl="feed://good.example/feed"/>'
        '<outline text="" xmlUrl="https://me:secret@e.example:x/"/></outline>'
        "</body></opml>",
    )
    assert added == ["http://good.example/feed"]
    assert skipped == [
        ("A link", "it has no address of a feed"),
        ("Mail", "“mailto:” addresses cannot be fetched"),
        ("Script", "“|~/fetch.py” is not an address"),
        ("X", "X (Twitter) has no feed"),
        ("File", "“file:” addresses cannot be fetched"),
        ("https://e.example:x/", "“https://e.example:x/” is not a web address"),
    ]


def test_a_feed_in_two_folders_is_one_with_the_tags_of_both(empty: Library) -> None:
    feed = '<outline text="{}" xmlUrl="http{}://a.example/feed{}"/>'
    _, _, skipped = take(
        empty,
        f'<opml><outline text="x">{feed.format("", "s", "")}</outline>'
        f'<outline text="y">{feed.format("A", "", "/")}{feed.format("A", "", "")}</outline></opml>',
    )
    (kept,) = empty.feeds.all()
    assert (kept.url, kept.title, kept.tags) == ("https://a.example/feed", "A", ("x", "y"))
    assert skipped == [
        ("A", "it is listed more than once, also under y"),
        ("A", "it is listed more than once"),
    ]


def test_a_known_feed_keeps_its_name_and_tags_and_nothing_new_is_no_step(empty: Library) -> None:
    mine = empty.feeds.add("https://a.example/feed", title="Mine", tags=("t",), at=NOW)
    added, known, _ = take(empty, 'http://a.example/feed/ other "~Theirs"')
    assert (added, known) == ([], ["https://a.example/feed"])
    assert empty.feeds.all() == (mine,)
    assert empty.history.history()[0].about.startswith("add feed")


def test_private_addresses_are_taken_and_old_ones_of_arxiv_renewed(empty: Library) -> None:
    added, _, _ = take(
        empty, "http://192.168.1.4/feed\nhttp://export.arxiv.org/rss/cs.CL\narxiv:cs.LG\n"
    )
    assert added == [
        "http://192.168.1.4/feed",
        "https://rss.arxiv.org/rss/cs.CL",
        "https://rss.arxiv.org/rss/cs.LG",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html></html>", "list: it is no list of feeds"),
        ("Dear reader,\nhow are you?", "list holds no address of a feed"),
        ("mailto:me@a.example", "list holds no address of a feed"),
    ],
)
def test_a_list_without_any_feed_is_refused_and_changes_nothing(
    empty: Library, text: str, said: str
) -> None:
    with pytest.raises(HaulerError) as caught:
        take(empty, text)
    assert said in caught.value.message
    assert caught.value.hint
    assert empty.history.history() == ()


def test_secrets_leave_the_library_only_when_asked_for(empty: Library) -> None:
    addresses = (
        "https://me:pass@a.example/feed",
        "https://www.reddit.com/.rss?feed=abc&user=me&x=1",
        "https://blog.example/?feed=rss2",
        "https://b.example/rss?access_token=t",
    )
    for address in addresses:
        empty.feeds.add(address, at=NOW)
    safe = export_feeds(empty, secrets=False, at=NOW)
    assert (safe.feeds, safe.without_secrets) == (4, 3)
    assert 'xmlUrl="https://a.example/feed"' in safe.text
    assert 'xmlUrl="https://www.reddit.com/.rss?x=1"' in safe.text
    assert 'xmlUrl="https://blog.example/?feed=rss2"' in safe.text
    assert 'xmlUrl="https://b.example/rss"' in safe.text
    whole = export_feeds(empty, secrets=True, at=NOW)
    assert whole.without_secrets == 0
    assert "me:pass@" in whole.text


words = st.text(min_size=1, max_size=12).map(clean_line).filter(bool)
feeds = st.tuples(words, words | st.just(""), st.lists(words, max_size=3, unique=True))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.lists(feeds, max_size=5))
def test_an_export_imports_again_to_the_same_feeds_titles_and_tags(
    tmp_path_factory: pytest.TempPathFactory, listed: list[tuple[str, str, list[str]]]
) -> None:
    folder = tmp_path_factory.mktemp("libraries")
    with Library.open(folder / "one") as one, Library.open(folder / "two") as two:
        for name, title, tags in listed:
            url = subscription_url(f"https://a.example/feed?{quote(name)}")
            one.feeds.add(url, title=title, tags=tags, at=NOW)
        text = export_feeds(one, secrets=True, at=NOW).text
        import_feeds(two, text.encode(), name="export", at=NOW)

        def known(library: Library) -> set[tuple[str, str, tuple[str, ...]]]:
            return {(feed.url, feed.title, feed.tags) for feed in library.feeds.all()}

        assert known(two) == known(one)
